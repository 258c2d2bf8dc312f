"""Relations of two name tokens: symmetric, and by letters what rapidfuzz and the phonetic keys say."""

from collections import Counter
from datetime import date

import jellyfish
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from linkage.compare.rarity import learn
from linkage.records import TextColumn, Token
from linkage.standardize.codes import code_column
from linkage.standardize.tokens import TokenIndex
from tests.compare_helpers import RULEBOOK
from tests.oracle.dates import classify
from tests.oracle.relations import GIVEN, SURNAME, Relation, relate
from tests.oracle.values import Code, Text

NAMES = (
    "MARIA",
    "MA",
    "GUADALUPE",
    "LUPITA",
    "HERNANDEZ",
    "HDEZ",
    "XIONG",
    "SHONG",
    "JUAN",
    "J",
    "MU?OZ",
    "MUNOZ",
    "YANG",
)
WORDS = st.one_of(st.sampled_from(NAMES), st.text("ABCEGHIJKLMNOQSUXYZ", min_size=1, max_size=9))
SCOPES = st.sampled_from((GIVEN, SURNAME))
FEW = settings(max_examples=80, deadline=None)


def _tokens(*texts: str) -> list[Token]:
    index = TokenIndex()
    codes = [index.code(text) for text in texts]
    table = index.table(RULEBOOK.tables).tokens
    return [table[code] for code in codes]


@FEW
@given(WORDS, WORDS, SCOPES)
def test_a_relation_does_not_depend_on_the_side(left: str, right: str, scope: str) -> None:
    a, b = _tokens(left, right)
    assert relate(a, b, scope) == relate(b, a, scope)
    assert relate(a, a, scope) == Relation.SAME


@FEW
@given(st.text("BCDFGKLMNPRTVXZ", min_size=8, max_size=12), st.data())
def test_one_slip_in_a_name_that_no_table_knows_is_at_least_a_typo(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    slipped = name[:at] + data.draw(st.sampled_from("BDFKT")) + name[at + 1 :]
    a, b = _tokens(name, slipped)
    assert OSA.distance(name, slipped) <= 1
    assert relate(a, b, SURNAME) >= Relation.TYPO


@FEW
@given(st.text("ABCDEFGHIJKLMNOPRSTUVXYZ", min_size=2, max_size=10))
def test_the_phonetic_keys_of_a_token_are_those_of_the_reference(name: str) -> None:
    (token,) = _tokens(name)
    assert token.soundex == jellyfish.soundex(name)
    assert token.metaphone == jellyfish.metaphone(name)


@FEW
@given(st.dates(date(1995, 1, 1), date(2024, 12, 31)), st.integers(0, 7), st.integers(0, 9))
def test_a_date_with_another_digit_is_never_called_different(day: date, place: int, digit: int) -> None:
    text = day.strftime("%Y%m%d")
    other = text[:place] + str(digit) + text[place + 1 :]
    left, right = ((int(one[:4]), int(one[4:6]), int(one[6:])) for one in (text, other))
    if right[0]:
        assert classify(left, right, soft=False) in {"same", "swapped", "one_digit", "same_day"}


@FEW
@given(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=40))
def test_the_rarer_name_says_more_and_shares_add_up(texts: list[str]) -> None:
    rarity = learn(Counter(texts), {})
    assert sum(rarity.shares.values()) == pytest.approx(1)
    by_count = sorted(set(texts), key=texts.count)
    excess = [rarity.excess(text) for text in by_count]
    assert excess == sorted(excess, reverse=True)
    assert rarity.excess("NEVER SEEN") >= excess[0]


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [("78000", "78000", "same"), ("78000", "78001", "typo"), ("78000", "87000", "typo"), ("78000", "91234", "different"), ("78000", "", "missing")],
)  # fmt: skip
def test_a_code_is_the_same_a_slip_or_another(left: str, right: str, level: str) -> None:
    assert Code(code_column(TextColumn.of([left, right])), slips=True).level(0, 1)[0] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [("12 OAK STREET", "12 OAK STREET", "same"), ("12 OAK STREET", "12 OAK STRET", "typo"), ("12 OAK STREET", "OAK STREET 12", "alike"), ("12 OAK STREET", "9 ELM", "different"), ("", "9 ELM", "missing")],
)  # fmt: skip
def test_a_text_is_the_same_a_slip_in_another_order_or_another(left: str, right: str, level: str) -> None:
    column = code_column(TextColumn.of([left, right]))
    assert Text(column, learn({}, {})).level(0, 1)[0] == level
    assert Text(column, learn({}, {})).level(1, 0)[0] == level
