"""A child's names with the other record beside them: names filed in another field, and names of the family among the given names."""

from linkage.compare.kernels.given import classify_given, without_filed_surnames
from linkage.compare.kernels.levels import (
    G_CALL_NAME,
    G_EXCHANGED,
    G_MISSING,
    G_WEAK_SHARED,
    S_DIFFERENT,
    S_EXCHANGED,
    S_MISSING,
    S_PARENT_SURNAME,
)
from linkage.compare.kernels.names import MOST, Name, Person, Room, among, any_related, equal
from linkage.compare.kernels.sides import CHILD, END, FIRST_SURNAME, PARENT1, PARENT2, START
from linkage.compare.kernels.surnames import classify_surnames
from linkage.compare.kernels.tables import Table, firsts_of, part_of, person_of
from linkage.compare.kernels.tokens import ID, SPELLING, SURNAME, Words
from linkage.compiled import Ints, kernel


@kernel
def first_exchanged(left: Words, a: Person, right: Words, b: Person) -> bool:
    """KIRAN KAUR | SANDHU / SANDHU KAUR | KIRAN: the first given name of each stands among the other's surnames only."""
    if a.given.size == 0 or b.given.size == 0:
        return False
    ours, theirs = a.given.tokens[0], b.given.tokens[0]
    return (
        among(left, ours, right, b.surnames)
        and among(right, theirs, left, a.surnames)
        and not among(left, ours, right, b.given)
        and not among(right, theirs, left, a.given)
    )


@kernel
def _is_given_there(left: Words, surname: int, right: Words, other: Person, first: int) -> bool:
    """Whether a surname is a given name of the other record, not from its middle field, and none of its surnames."""
    return among(left, surname, right, Name(other.given.tokens, first)) and not among(
        left, surname, right, other.surnames
    )


@kernel
def filed_given(left: Words, surnames: Name, right: Words, other: Person, first: int) -> int:
    """ANDREA | ZURENIA VEGA beside ZURENIA | VEGA: how many surnames are given names there; 0 if no surname would be left."""
    if surnames.size < 2:
        return 0
    filed = 0
    for i in range(surnames.size):
        filed += _is_given_there(left, surnames.tokens[i], right, other, first)
    return filed if filed < surnames.size else 0


@kernel
def surnames_alone(left: Words, surnames: Name, right: Words, other: Person, first: int, kept: Ints) -> Name:
    """The surnames without those that are given names filed there. `first`: given names in the other's first-name field."""
    if filed_given(left, surnames, right, other, first) == 0:
        return surnames
    remain = 0
    for i in range(surnames.size):
        if not _is_given_there(left, surnames.tokens[i], right, other, first):
            kept[remain] = surnames.tokens[i]
            remain += 1
    return Name(kept, remain)


@kernel
def given_with_filed(left: Words, a: Person, first: int, right: Words, b: Person, other_first: int, kept: Ints) -> Name:
    """The given names, without surnames filed among them (where a middle field is filled) and with those filed as surnames."""
    given = a.given
    if first < a.given.size or other_first < b.given.size:
        given = without_filed_surnames(left, a.given, first, right, b.given, b.surnames, kept)
    if filed_given(left, a.surnames, right, b, other_first) == 0:
        return given
    size = given.size
    for i in range(size):
        kept[i] = given.tokens[i]
    for i in range(a.surnames.size):
        token = a.surnames.tokens[i]
        back = _is_given_there(left, token, right, b, other_first) and not among(left, token, left, given)
        if back and size < MOST:
            kept[size] = token
            size += 1
    return Name(kept, size)


@kernel
def compare_given(a: Table, i: int, b: Table, j: int, has_parents: bool, room: Room) -> tuple[int, float]:
    """Level and rarity of the given names of two children."""
    ours, theirs = person_of(a, i, CHILD), person_of(b, j, CHILD)
    if ours.given.size == 0 or theirs.given.size == 0:
        return G_MISSING, 0.0
    if first_exchanged(a.words, ours, b.words, theirs):
        return G_EXCHANGED, 0.0
    one, other, of_family = ours.given, theirs.given, False
    if not equal(a.words, one, b.words, other):
        first_a, first_b = firsts_of(a, i), firsts_of(b, j)
        one = given_with_filed(a.words, ours, first_a, b.words, theirs, first_b, room.kept_a)
        other = given_with_filed(b.words, theirs, first_b, a.words, ours, first_a, room.kept_b)
        if has_parents and not equal(a.words, one, b.words, other):
            in_one, in_other = _of_family(a, i, one, b, j, other), _of_family(b, j, other, a, i, one)
            of_family = in_one != 0
            one = _without(a.words, one, in_one, b.words, other.tokens[0], room.kept_a)
            other = _without(b.words, other, in_other, a.words, one.tokens[0], room.kept_b)
    level, rarity = classify_given(a.words, one, ours.surnames, b.words, other, theirs.surnames, room)
    if of_family and level == G_CALL_NAME:
        return G_WEAK_SHARED, 0.0
    return level, rarity


@kernel
def _of_family(a: Table, i: int, name: Name, b: Table, j: int, other: Name) -> int:
    """SAID SHUKRI / ABDI SHUKRI, children of Shukri: a bit for each given name that both have and that is a parent's.

    Brothers share it. Not the name that both carry first: it was given to the child.
    """
    found = 0
    for at in range(name.size):
        token = name.tokens[at]
        first_of_both = at == 0 and a.words.tok[token + ID] == b.words.tok[other.tokens[0] + ID]
        if first_of_both or not among(a.words, token, b.words, other):
            continue
        if _is_a_parents(a.words, token, a, i) or _is_a_parents(a.words, token, b, j):
            found |= 1 << at
    return found


@kernel
def _is_a_parents(words: Words, token: int, table: Table, row: int) -> bool:
    for role in (PARENT1, PARENT2):
        if among(words, token, table.words, part_of(table, row, role, START, END)):
            return True
    return False


@kernel
def _without(left: Words, name: Name, of_family: int, right: Words, first: int, kept: Ints) -> Name:
    """The given names without those of the family, but for each record's first. `first`: that of the other record."""
    if of_family == 0:
        return name
    remain = 0
    for at in range(name.size):
        token = name.tokens[at]
        first_name = at == 0 or left.tok[token + ID] == right.tok[first + ID]
        if first_name or not (of_family >> at) & 1:
            kept[remain] = token
            remain += 1
    return Name(kept, remain)


@kernel
def compare_surnames(a: Table, i: int, b: Table, j: int, has_parents: bool, room: Room) -> tuple[int, float]:
    """Level and rarity of the surnames of two children."""
    ours, theirs = person_of(a, i, CHILD), person_of(b, j, CHILD)
    if ours.surnames.size == 0 or theirs.surnames.size == 0:
        return S_MISSING, 0.0
    if first_exchanged(a.words, ours, b.words, theirs):
        return S_EXCHANGED, 0.0
    first_a, first_b = firsts_of(a, i), firsts_of(b, j)
    one = surnames_alone(a.words, ours.surnames, b.words, theirs, first_b, room.kept_a)
    other = surnames_alone(b.words, theirs.surnames, a.words, ours, first_a, room.kept_b)
    level, rarity = classify_surnames(a.words, one, ours.given, first_a, b.words, other, theirs.given, first_b, room)
    if (
        level == S_DIFFERENT
        and has_parents
        and (_carried(a, i, b, theirs.surnames) or _carried(b, j, a, ours.surnames))
    ):
        return S_PARENT_SURNAME, rarity
    return level, rarity


@kernel
def _carried(a: Table, i: int, b: Table, surnames: Name) -> bool:
    """A surname of the child's other record (of `b`) is a parent's surname here."""
    for role in (PARENT1, PARENT2):
        if any_related(b.words, surnames, a.words, part_of(a, i, role, FIRST_SURNAME, END), SURNAME, SPELLING):
            return True
    return False
