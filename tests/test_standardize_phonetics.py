"""Sound keys: the Spanish key's properties and the measured claim that it beats Soundex on Spanish names."""

from collections.abc import Callable, Iterator
from itertools import combinations

import jellyfish
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.standardize.phonetics import es_keys, sounds
from rules.names import RowsRule
from tests.standardize_helpers import RULEBOOK, TABLES

Key = Callable[[str], frozenset[str]]


def in_given_mode(text: str) -> frozenset[str]:
    return es_keys(text, given=True)


def soundex(text: str) -> frozenset[str]:
    return frozenset({jellyfish.soundex(text)})


@pytest.mark.parametrize(
    "names",
    [
        ("JIMENEZ", "GIMENEZ", "XIMENEZ"),
        ("HERNANDEZ", "ERNANDEZ"),
        ("VELASQUEZ", "BELASQUEZ", "VELAZQUES"),
        ("GONZALEZ", "GONSALES"),
        ("IBARRA", "YBARRA", "HIBARRA"),
        ("LLAMAS", "YAMAS"),
        ("QUINONES", "KINONES"),
        ("GUERRERO", "GERRERO"),
        ("ESPINOZA", "SPINOZA"),
        ("CASTILLO", "CASTIYO"),
        ("CASTILLO", "CASTILO"),
        ("ZEPEDA", "CEPEDA", "SEPEDA"),
        ("SAMBRANO", "ZANBRANO"),
    ],
)
def test_spellings_by_ear_share_a_key(names: tuple[str, ...]) -> None:
    assert frozenset.intersection(*map(es_keys, names))


@pytest.mark.parametrize("names", [("YESENIA", "JESENIA"), ("JENNIFER", "YENIFER"), ("JOSELYN", "LLOCELIN")])
def test_in_given_names_j_sounds_like_y(names: tuple[str, str]) -> None:
    assert es_keys(names[0], given=True) & es_keys(names[1], given=True)


@pytest.mark.parametrize(
    "names", [("GARCIA", "LOPEZ"), ("RAMIREZ", "RODRIGUEZ"), ("CRUZ", "REYES"), ("PEREZ", "TORRES")]
)
def test_other_names_do_not_share_a_key(names: tuple[str, str]) -> None:
    assert not es_keys(names[0]) & es_keys(names[1])


def test_a_lost_letter_does_not_cost_the_key() -> None:
    for damaged, whole in (("MU?OZ", "MUNOZ"), ("GARC?A", "GARCIA"), ("JOS?", "JOSE"), ("?LVAREZ", "ALVAREZ")):
        assert es_keys(damaged) & es_keys(whole)
    assert sounds("MU?OZ").soundex == jellyfish.soundex("MUNOZ")


def _pairs(rule_id: str) -> Iterator[tuple[str, str]]:
    rule = RULEBOOK.names.rule(rule_id)
    assert isinstance(rule, RowsRule)
    for row in rule.table:
        usual, *others = (TABLES.fold(form) for form in row if not form.startswith("~"))
        yield from ((usual, other) for other in others if " " not in other)


def _recall_and_collisions(rule_id: str, key: Key) -> tuple[float, int]:
    pairs = list(_pairs(rule_id))
    usual = sorted({name for name, _ in pairs})
    met = sum(bool(key(left) & key(right)) for left, right in pairs)
    return met / len(pairs), sum(bool(key(left) & key(right)) for left, right in combinations(usual, 2))


@pytest.mark.parametrize(
    ("rule_id", "key", "least", "most_collisions"),
    [("ES-SURNAME-SPELLING", es_keys, 0.91, 16), ("ES-GIVEN-SPELLING", in_given_mode, 0.89, 40)],
)
def test_the_spanish_key_meets_nine_of_ten_spellings_and_is_sharper_than_soundex(
    rule_id: str, key: Key, least: float, most_collisions: int
) -> None:
    recall, collisions = _recall_and_collisions(rule_id, key)
    recall_of_soundex, collisions_of_soundex = _recall_and_collisions(rule_id, soundex)
    assert recall >= least > 0.7 > recall_of_soundex
    assert collisions <= most_collisions < collisions_of_soundex


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_has_keys_and_never_an_exception(text: str) -> None:
    found = sounds(TABLES.fold(text).replace(" ", ""))
    assert found.es
    assert found.es_given


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12))
def test_keys_hold_consonants_only_after_the_first_letter(text: str) -> None:
    for key in es_keys(text) | es_keys(text, given=True):
        assert not set(key[1:]) & set("AEIOU")
        assert len(key) <= len(text) + 1


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="BCDFGLMNPRSTVZAEIOU", min_size=2, max_size=10))
def test_b_and_v_and_doubled_letters_never_matter(text: str) -> None:
    assert es_keys(text) == es_keys(text.replace("V", "B"))
    assert es_keys(f"{text}R") == es_keys(f"{text}RR")
