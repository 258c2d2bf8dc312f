"""The name rules compiled, once, into the immutable look-up tables that standardizing reads. Keys and values are folded text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.folding import Repairs, fold, fold_all
from rules.particles import Particles, Phrase

Forms = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ScopeTables:
    """The tables of given names, or of surnames. Look-ups are never chained.

    `spellings`    spelling -> usual spellings it is one of (a usual spelling is one of itself)
    `formals`      nickname, abbreviation or translation -> full names; several words are joined by one blank, particles left out
    `confusables`  name -> names that it is often taken for
    `known`        every word that a table knows as a name
    `full`         usual full names: the parts into which a glued word may be divided
    `divided`      glued word -> its words, particles included
    `phrases`      two or more words that the tables know as one name -> that name without blanks
    `glued`        particles that may be written in one word with the name, without blanks, longest first
    """

    spellings: Forms
    formals: Forms
    confusables: Forms
    known: frozenset[str]
    full: frozenset[str]
    divided: Mapping[str, Phrase]
    phrases: Mapping[Phrase, str]
    particles: Particles
    glued: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Title:
    scope: str  # given, parent or any
    words: frozenset[str]
    only_with: frozenset[str]  # every other word of the name must be one of these; empty = no condition


@dataclass(frozen=True, slots=True)
class Placeholder:
    fields: frozenset[str]  # first, middle, last1, last2, parent, whole
    texts: frozenset[str]
    multiple_birth: bool
    unless_with: frozenset[str]  # a name after all if another word of the name is one of these


@dataclass(frozen=True, slots=True)
class NameTables:
    given: ScopeTables
    surname: ScopeTables
    repairs: Repairs
    titles: tuple[Title, ...]
    placeholders: tuple[Placeholder, ...]
    weak: frozenset[str]
    unisex: frozenset[str]
    suffixes: Mapping[str, str]  # as written in the suffix field -> JR, SR, II ...
    suffixes_in_names: Mapping[str, str]
    sexes: Mapping[str, str]
    states: Mapping[str, str]
    countries: Mapping[str, str]
    empty_values: frozenset[str]
    date_placeholders: frozenset[tuple[int, int, int]]
    assigned_days: frozenset[tuple[int, int]]  # month, day
    calendars: Mapping[int, str]  # year as written -> the other calendar that it may be of
    feast_days: Mapping[str, frozenset[tuple[int, int]]]
    surname_counts: Mapping[str, int]

    def fold(self, text: str) -> str:
        """Folded text, damage repaired as the rule file says."""
        return fold(text, self.repairs)

    def fold_all(self, texts: Sequence[str]) -> list[str]:
        """Many texts folded, for less; there may be several blanks between words."""
        return fold_all(texts, self.repairs)
