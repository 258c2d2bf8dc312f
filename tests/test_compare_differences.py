"""Named differences between two cells, and the characters that are marked."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.compare.differences import DifferenceKind, Span, name_difference

KIND = DifferenceKind

CASES = [
    ("first_name", "Maria", "Maria", KIND.SAME),
    ("first_name", "Maria", "", KIND.MISSING),
    ("first_name", "", "Maria", KIND.MISSING),
    ("first_name", "María", "MARIA", KIND.WRITING),
    ("last_name_1", "De la Cruz", "DELACRUZ", KIND.WRITING),
    ("last_name_1", "García-López", "Garcia Lopez", KIND.WRITING),
    ("middle_name", "Guadalupe", "G", KIND.INITIAL),
    ("middle_name", "Guadalupe", "G.", KIND.INITIAL),
    ("first_name", "María Guadalupe", "MARIA G.", KIND.INITIAL),
    ("last_name_1", "García López", "López García", KIND.REORDERED),
    ("last_name_1", "García López", "Garcia", KIND.PART),
    ("last_name_1", "Hernandez", "Hernadnez", KIND.LETTERS_SWAPPED),
    ("last_name_1", "Gonzalez", "Gonzales", KIND.ONE_LETTER),
    ("last_name_1", "Hernandez", "Hernand", KIND.CUT_SHORT),
    ("last_name_1", "Xochitlquetzal", "Xochilquetzalt", KIND.FEW_LETTERS),
    ("last_name_1", "Ruiz", "Morales", KIND.DIFFERENT),
    ("sex", "Female", "Male", KIND.DIFFERENT),
    ("birth_date", "2012-08-03", "2012-03-08", KIND.DAY_MONTH),
    ("birth_date", "2012-01-01", "2012-03-08", KIND.PLACEHOLDER),
    ("birth_date", "2012-08-03", "2012-08-08", KIND.ONE_DIGIT),
    ("birth_date", "2012-08-13", "2012-08-31", KIND.DIGITS_SWAPPED),
    ("birth_date", "2012-08-13", "2009-08-13", KIND.OTHER_YEAR),
    ("birth_date", "2012-08-13", "2013-08-13", KIND.YEAR_OFF),
    ("birth_date", "2009-08-13", "2010-08-13", KIND.YEAR_OFF),
    ("birth_date", "2012-08-13", "2010-11-02", KIND.DIFFERENT),
    ("first_name", "José", "Jose", KIND.ACCENT),
    ("first_name", "José Luis", "JOSE LUIS", KIND.WRITING),
]


@pytest.mark.parametrize(("column", "left", "right", "kind"), CASES)
def test_each_difference_has_its_name(column: str, left: str, right: str, kind: DifferenceKind) -> None:
    assert name_difference(column, left, right).kind is kind


def marked(value: str, marks: tuple[Span, ...]) -> list[str]:
    return [value[start:end] for start, end in marks]


def test_only_the_letters_that_differ_are_marked() -> None:
    found = name_difference("last_name_1", "Gonzalez", "GONZALES")
    assert marked("Gonzalez", found.left_marks) == ["z"]
    assert marked("GONZALES", found.right_marks) == ["S"]


def test_accents_and_capitals_do_not_hide_the_letter_that_differs() -> None:
    found = name_difference("last_name_1", "Núñez", "NUMEZ")
    assert marked("Núñez", found.left_marks) == ["ñ"]
    assert marked("NUMEZ", found.right_marks) == ["M"]


def test_where_only_the_writing_differs_the_accent_is_marked() -> None:
    found = name_difference("first_name", "José", "Jose")
    assert marked("José", found.left_marks) == ["é"]


def test_capitals_alone_are_not_marked() -> None:
    found = name_difference("first_name", "José", "JOSÉ")
    assert found.left_marks == found.right_marks == ()
    assert found.kind is KIND.WRITING


def test_of_two_letters_that_are_swapped_both_are_marked() -> None:
    found = name_difference("last_name_1", "Álvarez", "ALVRAEZ")
    assert marked("Álvarez", found.left_marks) == ["ar"]
    assert marked("ALVRAEZ", found.right_marks) == ["RA"]


def test_day_and_month_are_marked_together() -> None:
    found = name_difference("birth_date", "2012-08-03", "2012-03-08")
    assert marked("2012-08-03", found.left_marks) == ["08-03"]


def test_a_different_value_is_marked_whole() -> None:
    found = name_difference("last_name_1", "Ruiz", "Morales")
    assert found.left_marks == ((0, 4),)
    assert found.right_marks == ((0, 7),)


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(["first_name", "birth_date"]))
@settings(deadline=None, max_examples=150)
def test_marks_stay_inside_the_values_and_both_directions_agree(left: str, right: str, column: str) -> None:
    found = name_difference(column, left, right)
    mirrored = name_difference(column, right, left)
    assert found.kind is mirrored.kind
    for value, marks in ((left, found.left_marks), (right, found.right_marks)):
        assert all(0 <= start < end <= len(value) for start, end in marks)
        assert all(first[1] < second[0] for first, second in pairwise(marks))
