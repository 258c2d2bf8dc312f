"""Spellings, short forms and look-alikes of given names, or of surnames, collected from the rules and indexed by form."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from rules.name_tables import ScopeTables
from rules.particles import Particles, Phrase

Fold = Callable[[str], str]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
ANOTHER_NAME = "~"  # before a spelling: usually another name


class ScopeIndex:
    """Collects the tables of one scope."""

    def __init__(self, particles: Particles, folded: Fold) -> None:
        self._particles = particles
        self._fold = folded
        self._spellings: dict[str, set[str]] = defaultdict(set)
        self._formals: dict[str, set[str]] = defaultdict(set)
        self._confusables: dict[str, set[str]] = defaultdict(set)
        self._divided: dict[str, Phrase] = {}
        self._phrases: dict[Phrase, str] = {}

    def add_spellings(self, row: Sequence[str]) -> None:
        """The first of a row is the usual spelling; ~X is another name."""
        usual = self._names(row[0])
        if len(usual) == 1:
            self._spellings[usual[0]].add(usual[0])
        for form in row[1:]:
            if form.startswith(ANOTHER_NAME):
                self._confuse(usual, self._names(form[1:]))
            else:
                self._spell(form, row[0], usual)

    def _spell(self, form: str, usual_form: str, usual: Phrase) -> None:
        words, usual_words = self._fold(form).split(), tuple(self._fold(usual_form).split())
        names = self._names(form)
        if names == usual:
            return
        if len(words) == 1 and len(usual_words) > 1:
            self._divided[words[0]] = usual_words
        elif len(usual) == 1:
            self._spellings[self._token(names)].add(usual[0])

    def add_lookalikes(self, row: Sequence[str]) -> None:
        for at, name in enumerate(row):
            for other in row[at + 1 :]:
                self._confuse(self._names(name), self._names(other))

    def add_short_form(self, short: str, full: Sequence[str], *, similar: bool) -> None:
        """A nickname or abbreviation; an unclear one is only similar to what it may mean."""
        names = self._names(short)
        if similar:
            for form in full:
                self._confuse(names, self._names(form))
            return
        token = self._token(names)
        self._formals[token] |= {" ".join(self._names(form)) for form in full} - {token}

    def add_translations(self, spanish: str, others: Sequence[str]) -> None:
        full = " ".join(self._names(spanish))
        for other in others:
            names = self._names(other)
            if len(names) == 1 and names[0] != full:
                self._formals[names[0]].add(full)

    def add_compounds(self, names: Iterable[str]) -> None:
        for name in names:
            words = tuple(self._fold(name).split())
            self._divided["".join(words)] = words

    def add_known(self, names: Iterable[str]) -> None:
        """A known name is its own usual spelling, unless it is listed as a spelling of another."""
        for name in names:
            words = self._names(name)
            if len(words) == 1:
                self._spellings.setdefault(words[0], {words[0]})

    def tables(self, glued: Iterable[str]) -> ScopeTables:
        self.add_known(sorted({form for forms in self._formals.values() for form in forms}))
        spellings, formals, confusables = map(frozen, (self._spellings, self._formals, self._confusables))
        return ScopeTables(
            spellings=spellings,
            formals=formals,
            confusables=confusables,
            known=frozenset((*spellings, *formals, *confusables)),
            full=frozenset(form for forms in spellings.values() for form in forms),
            divided=MappingProxyType({word: self._in_full(words) for word, words in self._divided.items()}),
            phrases=MappingProxyType(self._phrases),
            particles=self._particles,
            glued=tuple(sorted(glued, key=lambda text: (-len(text), text))),
        )

    def _in_full(self, words: Phrase) -> Phrase:
        """SAENZ DE SANTAMARIA -> SAENZ DE SANTA MARIA: as the words are divided when they stand alone."""
        return tuple(part for word in words for part in self._divided.get(word, (word,)))

    def _names(self, form: str) -> Phrase:
        return self._particles.names_of(self._fold(form).split())

    def _token(self, names: Phrase) -> str:
        """One word for a form; a form of several words is remembered as a phrase."""
        token = "".join(names)
        if len(names) > 1:
            self._phrases[names] = token
        return token

    def _confuse(self, one: Phrase, other: Phrase) -> None:
        if len(one) == len(other) == 1 and one != other:
            self._confusables[one[0]].add(other[0])
            self._confusables[other[0]].add(one[0])


def frozen(table: Mapping[_Key, Iterable[_Value]]) -> Mapping[_Key, frozenset[_Value]]:
    """The table as it stays, each value a set."""
    return MappingProxyType({key: frozenset(values) for key, values in table.items()})
