"""The names of a whole table. What `PersonReader.read` says of every single person, at the price of each distinct text.

Most fields say nothing to the other three: no placeholder that depends on them, no title, no particle left behind. Of people with
only such fields the names are put together by number; the few others are read one by one, and people of the same words once.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linkage.compiled import loop
from linkage.records import FIRST, LAST1, Int8, Int32, Int64, NameColumn, TextColumn
from linkage.standardize.people import Part, Person, PersonReader
from linkage.standardize.tokens import TokenIndex
from linkage.standardize.words import Words

# What a field does to the reading of its person. A person whose words are all those of a nobody (JOHN | DOE) may be one.
_SPEAKS, _NOBODYS, _SOMEBODYS = 1, 2, 4


@dataclass(frozen=True, slots=True)
class People:
    """The people of one role. `suffixes` and `twins`: what the name fields said besides names ("JR", "Y"), "" = nothing."""

    names: NameColumn
    suffixes: TextColumn
    twins: TextColumn


@dataclass(frozen=True, slots=True)
class _Store:
    """Runs of parts, one behind the other: entry e owns starts[e]:starts[e + 1]. Entry 0 is nothing."""

    index: TokenIndex
    starts: "array[int]" = field(default_factory=lambda: array("q", [0, 0]))
    tokens: "array[int]" = field(default_factory=lambda: array("i"))
    slots: "array[int]" = field(default_factory=lambda: array("b"))
    particles: "array[int]" = field(default_factory=lambda: array("b"))

    def add_plain(self, tokens: Int32, sizes: Int64, slot: int) -> int:
        """Adds entries of `sizes` tokens each, without particles; returns the first of them."""
        first = len(self.starts) - 1
        self.starts.frombytes((len(self.tokens) + np.cumsum(sizes)).tobytes())
        self.tokens.frombytes(tokens.tobytes())
        self.slots.frombytes(bytes([slot]) * len(tokens))
        self.particles.frombytes(bytes(len(tokens)))
        return first

    def add(self, parts: Iterable[Part]) -> int:
        """Adds one entry; returns it."""
        for text, slot, particle in parts:
            self.tokens.append(self.index.code(text))
            self.slots.append(slot)
            self.particles.append(particle)
        self.starts.append(len(self.tokens))
        return len(self.starts) - 2

    def names(self, entries: Int32) -> NameColumn:
        """The parts of four entries a row, in order."""
        offsets, tokens, slots, particles = _gathered(
            entries,
            np.array(self.starts, dtype=np.int64),
            np.array(self.tokens, dtype=np.int32),
            np.array(self.slots, dtype=np.int8),
            np.array(self.particles, dtype=np.int8),
        )
        return NameColumn(offsets, tokens, slots, particles)


def read_people(columns: Sequence[TextColumn], reader: PersonReader, index: TokenIndex) -> People:
    """The people of the four name columns, in slot order; the codes of their tokens are those of `index`."""
    store = _Store(index)
    rows = len(columns[FIRST])
    entries = np.empty((rows, len(columns)), dtype=np.int32)
    said = np.zeros(rows, dtype=np.int8)
    for slot, column in enumerate(columns):
        entry_of, says = _read_field(column.values, slot, reader, store)
        entries[:, slot] = entry_of[column.codes]
        said |= says[column.codes]
    may_be_nobody = (said & (_NOBODYS | _SOMEBODYS)) == _NOBODYS
    special = np.flatnonzero((said & _SPEAKS > 0) | may_be_nobody)
    people, which = _read_one_by_one(columns, special, reader)
    entry_of_person = np.array([store.add(person.parts) for person in people], dtype=np.int32)
    entries[special] = 0
    entries[special, FIRST] = entry_of_person[which]
    return People(
        store.names(entries),
        _said(rows, special, [people[number].suffix for number in which.tolist()]),
        _said(rows, special, ["Y" if people[number].twin else "" for number in which.tolist()]),
    )


def _read_field(texts: Sequence[str], slot: int, reader: PersonReader, store: _Store) -> tuple[Int32, NDArray[np.int8]]:
    """The entry of each text as it reads when its field says nothing to the others, and what it may say to them."""
    field, said = reader.fields[slot], Words.of(texts, reader.tables)
    careful = said.any_of(lambda word: not field.is_plain(word))
    careful |= said.all_of(field.placeholder_words.__contains__) | said.holding(field.phrases)
    nobodys = said.all_of(reader.nobodys_words.__contains__)
    says = np.where(said.sizes == 0, 0, np.where(nobodys, _NOBODYS, _SOMEBODYS)).astype(np.int8)
    entry_of = np.empty(len(texts), dtype=np.int32)
    plain = np.flatnonzero(~careful)
    tokens = np.array([store.index.code(word) for word in said.words.values], dtype=np.int32)
    first = store.add_plain(tokens[said.of_texts(~careful)], said.sizes[plain], slot)
    entry_of[plain] = np.arange(first, first + len(plain))
    for number in np.flatnonzero(careful).tolist():
        read = field.read(said.of_text(number))
        entry_of[number] = store.add(Part(name.text, slot, name.particle) for name in read.names)
        says[number] |= _SPEAKS if reader.speaks(read) else 0
    return entry_of, says


def _read_one_by_one(
    columns: Sequence[TextColumn], rows: Int64, reader: PersonReader
) -> tuple[list[Person], NDArray[np.intp]]:
    """The distinct people of some rows, and which of them stands in each."""
    numbers: dict[tuple[int, ...], int] = {}
    texts = zip(*(column.codes[rows].tolist() for column in columns), strict=True)
    which = [numbers.setdefault(codes, len(numbers)) for codes in texts]
    values = [column.values for column in columns]
    people = [reader.read(*(texts[code] for texts, code in zip(values, codes, strict=True))) for codes in numbers]
    return people, np.array(which, dtype=np.intp)


def _said(rows: int, special: Int64, texts: Sequence[str]) -> TextColumn:
    few = TextColumn.of(["", *texts])
    codes = np.zeros(rows, dtype=np.int32)
    codes[special] = few.codes[1:]
    return TextColumn(codes, few.values)


@loop
def _gathered(
    entries: Int32, starts: Int64, tokens: Int32, slots: Int8, particles: Int8
) -> tuple[Int64, Int32, Int8, Int8]:
    """The parts of the entries of each row; a name that stands twice among the given names, or the surnames, counts once."""
    rows, places = entries.shape
    size = 0
    for row in range(rows):
        for place in range(places):
            size += starts[entries[row, place] + 1] - starts[entries[row, place]]
    offsets = np.zeros(rows + 1, dtype=np.int64)
    token_of = np.empty(size, dtype=np.int32)
    slot_of = np.empty(size, dtype=np.int8)
    particle_of = np.empty(size, dtype=np.int8)
    at = 0
    for row in range(rows):
        for place in range(places):
            for part in range(starts[entries[row, place]], starts[entries[row, place] + 1]):
                twin = offsets[row]
                while twin < at and (
                    token_of[twin] != tokens[part] or (slot_of[twin] < LAST1) != (slots[part] < LAST1)
                ):
                    twin += 1
                if twin < at:
                    particle_of[twin] |= particles[part]
                    continue
                token_of[at], slot_of[at], particle_of[at] = tokens[part], slots[part], particles[part]
                at += 1
        offsets[row + 1] = at
    return offsets, token_of[:at], slot_of[:at], particle_of[:at]
