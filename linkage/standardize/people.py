"""The four fields of a name -> its name tokens in written order. Here the fields speak to each other."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from linkage.records import FIRST, LAST1, LAST2, MIDDLE
from linkage.standardize.fields import EMPTY, Field, FieldReader
from rules.name_tables import NameTables
from rules.particles import Phrase

Fields = tuple[Field, Field, Field, Field]
NOTHING: Fields = (EMPTY, EMPTY, EMPTY, EMPTY)


class Part(NamedTuple):
    text: str
    slot: int
    particle: bool


@dataclass(frozen=True, slots=True)
class Person:
    """`suffix` and `twin` are what the name fields said besides names."""

    parts: tuple[Part, ...]
    suffix: str = ""
    twin: bool = False


class PersonReader:
    """Reads the names of one role. `suffixes`: move a JR out of the name fields (where there is a place to move it to)."""

    def __init__(self, tables: NameTables, *, parent: bool, suffixes: bool) -> None:
        self.tables = tables
        self.fields = tuple(
            FieldReader(tables, slot, parent=parent, suffixes=suffixes) for slot in (FIRST, MIDDLE, LAST1, LAST2)
        )
        self._nobody = frozenset(text for rule in tables.placeholders if "whole" in rule.fields for text in rule.texts)
        self.nobodys_words = frozenset(word for text in self._nobody for word in text.split())
        self._particles = (tables.given.particles, tables.surname.particles)

    def read(self, first: str, middle: str, last1: str, last2: str) -> Person:
        words = (tuple(self.tables.fold(text).split()) for text in (first, middle, last1, last2))
        one, two, three, four = (reader.read(said) for reader, said in zip(self.fields, words, strict=True))
        fields = self._without_placeholders((one, two, three, four))
        fields = self._without_title(fields)
        suffix = next((field.suffix for field in fields if field.suffix), "")
        return Person(self._parts(fields), suffix, any(field.twin for field in fields))

    def speaks(self, field: Field) -> bool:
        """Whether the field may change how another one reads, or be changed by it, or says more than names."""
        return bool(field.trailing or field.suffix or field.twin or field.unless_with or field.title_with)

    def _without_placeholders(self, fields: Fields) -> Fields:
        """Nobody's name, and texts that are placeholders only in this company."""
        if " ".join(word for field in fields for word in field.words) in self._nobody:
            return NOTHING
        if not any(field.unless_with for field in fields):
            return fields
        one, two, three, four = (
            EMPTY if field.unless_with and not _words_beside(fields, field) & field.unless_with else field
            for field in fields
        )
        return one, two, three, four

    def _without_title(self, fields: Fields) -> Fields:
        """NAW EH BLUT -> EH BLUT, if every other word is of the tables that the title asks for and a given name remains."""
        first, middle, *_ = fields
        if not first.title_with or not (first.words[1:] or middle.words):
            return fields
        others = (*first.words[1:], *(word for field in fields[1:] for word in field.words))
        if not all(word in first.title_with for word in others):
            return fields
        return (self.fields[FIRST].untitled(first), *fields[1:])

    def _parts(self, fields: Fields) -> tuple[Part, ...]:
        first, middle = self._shifted(fields[FIRST], fields[MIDDLE], surnames=False)
        last1, last2 = self._shifted(fields[LAST1], fields[LAST2], surnames=True)
        parked = self._is_parked(middle if middle.words else first)
        if parked:
            last1, last2 = (_after_particle(last1), last2) if last1.names else (last1, _after_particle(last2))
        given = _once(_spelled_out(first, FIRST, drop=parked) + _spelled_out(middle, MIDDLE, drop=parked))
        return given + _once(self._surnames(last1, LAST1) + self._surnames(last2, LAST2))

    def _surnames(self, field: Field, slot: int) -> tuple[Part, ...]:
        """CRUZ DE LA: the particle behind its surname is dropped; NGUYEN VAN keeps a word that can be a name."""
        drop = bool(field.names) and field.trailing in self._particles[1].shifting
        return _spelled_out(field, slot, drop=drop)

    def _shifted(self, left: Field, right: Field, *, surnames: bool) -> tuple[Field, Field]:
        """DE LA | CRUZ: a particle that ends a field belongs to the next one."""
        if left.trailing in self._particles[surnames].shifting and right.names:
            return replace(left, trailing=()), _after_particle(right)
        return left, right

    def _is_parked(self, given: Field) -> bool:
        """MARIA DE LA | CRUZ: the particle of the surname, left behind the given name. DEL alone may be a name."""
        shifting = given.trailing in self._particles[0].shifting
        return shifting and (bool(given.names) or len(given.trailing) > 1)


def _words_beside(fields: Fields, field: Field) -> frozenset[str]:
    return frozenset(word for other in fields if other is not field for word in other.words)


def _after_particle(field: Field) -> Field:
    if not field.names:
        return field
    return replace(field, names=(field.names[0]._replace(particle=True), *field.names[1:]))


def _spelled_out(field: Field, slot: int, *, drop: bool) -> tuple[Part, ...]:
    """The names of a field; a single particle with no name behind it is taken for a name unless `drop`."""
    parts = tuple(Part(name.text, slot, name.particle) for name in field.names)
    kept: Phrase = () if drop or len(field.trailing) > 1 else field.trailing
    return parts + tuple(Part(word, slot, particle=False) for word in kept)


def _once(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A repeated name counts once, where it stood first."""
    first: dict[str, Part] = {}
    for part in parts:
        known = first.setdefault(part.text, part)
        if part.particle and not known.particle:
            first[part.text] = known._replace(particle=True)
    return tuple(first.values())
