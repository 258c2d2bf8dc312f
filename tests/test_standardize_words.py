"""The words of many texts, beside what each text says of itself."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from linkage.standardize.words import Words
from tests.standardize_helpers import TABLES

TEXTS = st.lists(st.lists(st.sampled_from("ABC"), max_size=4).map(" ".join), max_size=6)


def assert_for_each(texts: list[str], found: object, expected: Callable[[tuple[str, ...]], object]) -> None:
    assert list(found) == [expected(tuple(text.split())) for text in texts]  # type: ignore[call-overload]


@given(TEXTS)
def test_each_text_has_its_words(texts: list[str]) -> None:
    words = Words.of(texts, TABLES)
    assert_for_each(texts, words.sizes, len)
    assert_for_each(texts, map(words.of_text, range(len(texts))), tuple)
    longer = words.sizes > 1
    said = [words.words.values[code] for code in words.of_texts(longer)]
    assert said == [word for text in texts if " " in text for word in text.split()]


@given(TEXTS, st.frozensets(st.sampled_from("ABC")))
def test_any_and_all_words_of_a_text_are_wanted(texts: list[str], wanted: frozenset[str]) -> None:
    words = Words.of(texts, TABLES)
    assert_for_each(texts, words.any_of(wanted.__contains__), lambda said: not wanted.isdisjoint(said))
    assert_for_each(texts, words.all_of(wanted.__contains__), wanted.issuperset)


@given(TEXTS, st.frozensets(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABCD"))))
def test_a_phrase_stands_within_one_text(texts: list[str], phrases: frozenset[tuple[str, str]]) -> None:
    found = Words.of(texts, TABLES).holding(phrases)
    assert_for_each(texts, found, lambda said: not phrases.isdisjoint(pairwise(said)))
