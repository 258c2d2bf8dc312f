"""Folding: what is one text, and what damaged text is repaired to."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.folding import NO_REPAIRS, Repairs, fold, fold_all, fold_with_care
from tests.standardize_helpers import TABLES


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Muñoz", "MUNOZ"),
        ("  García   López ", "GARCIA LOPEZ"),
        ("García-López", "GARCIA LOPEZ"),
        ("O'Brien", "OBRIEN"),
        ("Ja’Marcus", "JAMARCUS"),
        ("Đorđe Čolić", "DORDE COLIC"),
        ("Nguyễn Thị Hà", "NGUYEN THI HA"),
        ("Łukasz Ørsted Strauß Æsa", "LUKASZ ORSTED STRAUSS AESA"),
        ("Mª Ángeles", "MA ANGELES"),
        ("U.S.A.", "USA"),
        ("J.R. Smith", "JR SMITH"),
        ("Ma.Guadalupe", "MA GUADALUPE"),
        ("EE.UU.", "EE UU"),
        ("D.F.", "DF"),
        ("12 Main St. #4", "12 MAIN ST 4"),
        ("S/N", "S N"),
        ("李小龍", "李小龍"),
        ("Иван", "ИВАН"),
        ("", ""),
        ("...---", ""),
    ],
)
def test_text_is_folded_to_capitals_and_single_blanks(text: str, folded: str) -> None:
    assert TABLES.fold(text) == folded


@pytest.mark.parametrize(
    ("damaged", "folded"),
    [
        ("MuÃ±oz", "MUNOZ"),
        ("PEÃ‘A", "PENA"),
        ("JosÃ©", "JOSE"),
        ("GarcÃ\xada", "GARCIA"),
        ("Mu&ntilde;oz", "MUNOZ"),
        ("Nu&#241;ez", "NUNEZ"),
        ("MU¤OZ", "MUNOZ"),
        ("MU¥OZ", "MUNOZ"),
        ("Mun~oz", "MUNOZ"),
        ("muã±oz", "MUNOZ"),
        ("São João", "SAO JOAO"),
    ],
)
def test_damaged_letters_are_repaired(damaged: str, folded: str) -> None:
    assert TABLES.fold(damaged) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MU?OZ", "MU?OZ"),
        ("MU??OZ", "MU?OZ"),
        ("PE\ufffdA", "PE?A"),
        ("?lvarez", "?LVAREZ"),
        ("Jos#", "JOS?"),
        ("? ??", ""),
    ],
)
def test_a_lost_letter_is_one_question_mark_in_a_word_and_nothing_alone(text: str, folded: str) -> None:
    assert TABLES.fold(text) == folded


def test_without_repairs_only_unicode_is_folded() -> None:
    assert fold("MU¤OZ") == "MU OZ"
    assert fold("MU#OZ", Repairs.of({}, frozenset("#"))) == "MU?OZ"


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_folding_takes_any_text_and_folding_twice_changes_nothing(text: str) -> None:
    for repairs in (NO_REPAIRS, TABLES.repairs):
        once = fold(text, repairs)
        assert fold(once, repairs) == once


ODD = Repairs.of({"Ý": "í", "XY": "Z", "¤": "ñ"}, frozenset("`_"))


@settings(max_examples=500, deadline=None)
@example("\u013fA")
@given(st.text(alphabet=st.characters(max_codepoint=0x24F)) | st.text("aeñÑÃ±©ÝXYœ'`- .&?¤0"))
def test_the_short_way_of_folding_ends_where_the_long_one_does(text: str) -> None:
    for repairs in (NO_REPAIRS, TABLES.repairs, ODD):
        if not (text.isascii() and text.isalpha()):
            assert fold(text, repairs) == fold_with_care(text, repairs)


@given(st.lists(st.text("aZéÝXYÃ±'`- .&?¤0\n\t\0") | st.text(), max_size=6))
def test_many_texts_fold_as_each_of_them_does(texts: list[str]) -> None:
    for repairs in (NO_REPAIRS, TABLES.repairs, ODD):
        folded = [" ".join(text.split()) for text in fold_all(texts, repairs)]
        assert folded == [fold(text, repairs) for text in texts]


def test_every_letter_beside_every_other_folds_the_short_way_as_the_long_one() -> None:
    letters = [*"aZ -'`.", *map(chr, range(0xC0, 0x250))]
    for left in letters:
        text = "".join(left + right for right in letters)
        assert fold(text + left, TABLES.repairs) == fold_with_care(text + left, TABLES.repairs)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_folded_text_has_no_small_letter_no_mark_and_no_double_blank(text: str) -> None:
    folded = TABLES.fold(text)
    assert folded == " ".join(folded.split())
    assert all(letter in "? " or letter.isalnum() for letter in folded)
    assert folded == folded.upper()
