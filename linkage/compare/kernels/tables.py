"""A side inside the kernels: pointers to its columns, and the names of each record read off them."""

from typing import NamedTuple

from linkage.compare.kernels.names import Name, Person
from linkage.compare.kernels.sides import END, FIRST_MIDDLE, FIRST_SURNAME, PERSON, START, Side
from linkage.compare.kernels.tokens import Words
from linkage.compiled import Floats, Ints, ahead, kernel, pointer


class Table(NamedTuple):
    """A side as its kernels see it. `facts` and `bound` have as many columns as `width` and `fields` say."""

    people: Ints
    tokens: Ints
    words: Words
    facts: Ints
    width: int
    texts: Words
    bound: Floats


@kernel
def table_of(side: Side, memory: Ints) -> Table:
    """The side must outlive the table. `memory`: relations of its tokens to those of the other side."""
    return Table(
        pointer(side.people),
        pointer(side.tokens),
        Words(pointer(side.tok), pointer(side.pool), memory),
        pointer(side.facts),
        side.facts.shape[1],
        Words(pointer(side.texts), pointer(side.pool), memory),
        pointer(side.bound),
    )


@kernel
def part_of(table: Table, row: int, role: int, start: int, end: int) -> Name:
    """A part of a name."""
    places = ahead(table.people, row * PERSON + role)
    return Name(ahead(table.tokens, places[start]), places[end] - places[start])


@kernel
def person_of(table: Table, row: int, role: int) -> Person:
    """`role`: CHILD, PARENT1 or PARENT2."""
    return Person(part_of(table, row, role, START, FIRST_SURNAME), part_of(table, row, role, FIRST_SURNAME, END))


@kernel
def firsts_of(table: Table, row: int) -> int:
    """Number of the child's given names that stood in the first-name field."""
    return table.people[row * PERSON + FIRST_MIDDLE] - table.people[row * PERSON + START]
