"""One pair: every field's level and rarity, and the weight, stopped as soon as the pair can no longer reach the floor."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.compare.kernels.dates import Day, classify_dates
from linkage.compare.kernels.given import classify_given, without_filed_surnames
from linkage.compare.kernels.levels import (
    B_SAME_CITY,
    G_MISSING,
    K_BIRTH_DATE,
    K_BIRTHPLACE,
    K_CODE,
    K_GIVEN,
    K_MULTIPLE_BIRTH,
    K_SEX,
    K_SUFFIX,
    K_SURNAMES,
    K_TEXT,
    S_DIFFERENT,
    S_MISSING,
    S_PARENT_SURNAME,
    T_SAME,
)
from linkage.compare.kernels.names import MOST, Name, Room, any_related
from linkage.compare.kernels.parents import Adult, classify_parents
from linkage.compare.kernels.sides import (
    CHILD,
    DATE,
    DAY_NUMBER,
    END,
    FIRST_MIDDLE,
    FIRST_SURNAME,
    OTHER_DATE,
    PARENT1,
    PARENT2,
    PERSON,
    SOFT,
    START,
    UNISEX_NAME,
    Side,
)
from linkage.compare.kernels.surnames import classify_surnames
from linkage.compare.kernels.tokens import PARTS_OF_A_BIT, SPELLING, SURNAME, Words
from linkage.compare.kernels.values import (
    V_RARITY,
    compare_birthplace,
    compare_code,
    compare_exactly,
    compare_multiple_birth,
    compare_sex,
    compare_text,
)
from linkage.compiled import Floats, Ints, ahead, kernel, pointer
from linkage.records import Float64, Int8, Int64

MOST_LEVELS = 16  # numbers kept for the levels of a field


class Plan(NamedTuple):
    """What is compared in which order, and what each level weighs. k: fields in order of comparing; c: classes that are alike.

    `kinds`[k], `columns`[k, 3] of the facts, `target`[k]: the field's place in the model. `position`[k, level]: its place in the
    level list. `match`[k, position] and `alike`[c, k, position] in bits. `shared`[k], `family`[c]: whether rarity counts for the class.
    `rest`[k]: most bits that the fields from k on can add, rarity apart. `others`[c + 1]: log2 share of each class, strangers last.
    """

    kinds: NDArray[np.int8]
    columns: Int64
    target: Int64
    position: Int8
    match: Float64
    alike: Float64
    shared: NDArray[np.int8]
    family: NDArray[np.int8]
    rest: Float64
    others: Float64
    prior: float
    rarity_share: float
    rarity_least: float
    rarity_most: float
    has_parents: bool


class Table(NamedTuple):
    """A side as its kernels see it. `facts` and `bound` have as many columns as `width` and `fields` say."""

    people: Ints
    tokens: Ints
    words: Words
    facts: Ints
    width: int
    texts: Words
    bound: Floats


class Steps(NamedTuple):
    """A plan as its kernels see it."""

    fields: int
    classes: int
    kinds: Ints
    columns: Ints
    target: Ints
    position: Ints
    match: Floats
    alike: Floats
    shared: Ints
    family: Ints
    rest: Floats
    others: Floats
    prior: float
    rarity_share: float
    rarity_least: float
    rarity_most: float
    has_parents: bool


@kernel
def table_of(side: Side) -> Table:
    """The side must outlive the table."""
    return Table(
        pointer(side.people),
        pointer(side.tokens),
        Words(pointer(side.tok), pointer(side.pool)),
        pointer(side.facts),
        side.facts.shape[1],
        Words(pointer(side.texts), pointer(side.pool)),
        pointer(side.bound),
    )


@kernel
def steps_of(plan: Plan) -> Steps:
    """The plan must outlive the steps."""
    return Steps(
        len(plan.kinds),
        len(plan.family),
        pointer(plan.kinds),
        pointer(plan.columns),
        pointer(plan.target),
        pointer(plan.position),
        pointer(plan.match),
        pointer(plan.alike),
        pointer(plan.shared),
        pointer(plan.family),
        pointer(plan.rest),
        pointer(plan.others),
        plan.prior,
        plan.rarity_share,
        plan.rarity_least,
        plan.rarity_most,
        plan.has_parents,
    )


ROOM = MOST * MOST + 3 * MOST  # numbers that a Room takes


@kernel
def room_in(space: Int64) -> Room:
    """A Room in an array of ROOM numbers, which must outlive it."""
    start = pointer(space)
    after = ahead(start, MOST * MOST)
    return Room(start, after, ahead(after, MOST), ahead(after, 2 * MOST))


@kernel
def compare_pair(
    a: Table,
    i: int,
    b: Table,
    j: int,
    steps: Steps,
    floor: float,
    room: Room,
    alike: Floats,
    levels: Ints,
    rarity: Floats,
) -> float:
    """Weight of row i of `a` and row j of `b` in bits; fills `levels` and `rarity` (by the model's fields).

    A number below `floor`, and unfinished levels, where the pair cannot reach it. `alike`: room for a number a class.
    """
    weight, hope = steps.prior, 0.0
    for k in range(steps.fields):
        hope += _most_rarity(a, i, b, j, k, steps)
    for c in range(steps.classes):
        alike[c] = 0.0
    for k in range(steps.fields):
        if weight + steps.rest[k] + hope < floor:
            return floor - 1.0
        hope -= _most_rarity(a, i, b, j, k, steps)
        level, excess = _compare_field(a, i, b, j, steps.kinds[k], ahead(steps.columns, 3 * k), steps.has_parents, room)
        at = steps.position[k * MOST_LEVELS + level]
        levels[steps.target[k]] = at
        rarity[steps.target[k]] = excess
        counted = min(max(steps.rarity_share * excess, steps.rarity_least), steps.rarity_most)
        weight += steps.match[k * MOST_LEVELS + at] + counted
        for c in range(steps.classes):
            alike[c] += steps.alike[(c * steps.fields + k) * MOST_LEVELS + at]
            if steps.shared[k] and steps.family[c]:
                alike[c] += counted
    return weight + _others(steps, alike)


@kernel
def _most_rarity(a: Table, i: int, b: Table, j: int, k: int, steps: Steps) -> float:
    most = min(a.bound[i * steps.fields + k], b.bound[j * steps.fields + k])
    return min(steps.rarity_share * most, steps.rarity_most)


@kernel
def _others(steps: Steps, alike: Floats) -> float:
    """What siblings, twins and namesakes take back: -log2 of the sum over the classes."""
    most = steps.others[steps.classes]
    for c in range(steps.classes):
        most = max(most, steps.others[c] + alike[c])
    total = np.exp2(steps.others[steps.classes] - most)
    for c in range(steps.classes):
        total += np.exp2(steps.others[c] + alike[c] - most)
    return -(most + np.log2(total))


@kernel
def _compare_field(
    a: Table, i: int, b: Table, j: int, kind: int, columns: Ints, has_parents: bool, room: Room
) -> tuple[int, float]:
    """Level (a number of kernels.levels) and rarity excess of one field."""
    ours, theirs = ahead(a.facts, i * a.width), ahead(b.facts, j * b.width)
    one, other = ours[columns[0]], theirs[columns[0]]
    if kind == K_BIRTH_DATE:
        return classify_dates(_day(ours), _day(theirs)), 0.0
    if kind == K_SEX:
        return compare_sex(one, ours[UNISEX_NAME], other, theirs[UNISEX_NAME]), 0.0
    if kind == K_SUFFIX:
        return compare_exactly(one, other), 0.0
    if kind == K_MULTIPLE_BIRTH:
        return compare_multiple_birth(one, other), 0.0
    if kind == K_CODE:
        return compare_code(a.texts, one, b.texts, other), 0.0
    if kind in (K_TEXT, K_BIRTHPLACE):
        level = compare_text(a.texts, one, b.texts, other)
        excess = a.texts.tok[one + V_RARITY] / PARTS_OF_A_BIT if level == T_SAME else 0.0
        if kind == K_TEXT:
            return level, excess
        level = compare_birthplace(level, ours[columns[1]], theirs[columns[1]], ours[columns[2]], theirs[columns[2]])
        return level, (excess if level == B_SAME_CITY else 0.0)
    if kind == K_GIVEN:
        return _given(a, i, b, j, room)
    if kind == K_SURNAMES:
        return _surnames(a, i, b, j, has_parents, room)
    return classify_parents(
        a.words,
        _adult(a, i, PARENT1),
        _adult(a, i, PARENT2),
        b.words,
        _adult(b, j, PARENT1),
        _adult(b, j, PARENT2),
        room,
    )


@kernel
def _day(facts: Ints) -> Day:
    return Day(facts[DATE], facts[OTHER_DATE], facts[DAY_NUMBER], facts[SOFT])


@kernel
def _part(table: Table, row: int, role: int, start: int, end: int) -> Name:
    """A part of a name."""
    places = ahead(table.people, row * PERSON + role)
    return Name(ahead(table.tokens, places[start]), places[end] - places[start])


@kernel
def _adult(table: Table, row: int, role: int) -> Adult:
    return Adult(_part(table, row, role, START, FIRST_SURNAME), _part(table, row, role, FIRST_SURNAME, END))


@kernel
def _firsts(table: Table, row: int) -> int:
    """Number of the child's given names that stood in the first-name field."""
    return table.people[row * PERSON + FIRST_MIDDLE] - table.people[row * PERSON + START]


@kernel
def _given(a: Table, i: int, b: Table, j: int, room: Room) -> tuple[int, float]:
    ours, theirs = _adult(a, i, CHILD), _adult(b, j, CHILD)
    given_a, given_b = ours.given, theirs.given
    if given_a.size == 0 or given_b.size == 0:
        return G_MISSING, 0.0
    first_a, first_b = _firsts(a, i), _firsts(b, j)
    if first_a < given_a.size or first_b < given_b.size:
        given_a = without_filed_surnames(
            a.words, ours.given, first_a, b.words, theirs.given, theirs.surnames, room.kept_a
        )
        given_b = without_filed_surnames(
            b.words, theirs.given, first_b, a.words, ours.given, ours.surnames, room.kept_b
        )
    return classify_given(a.words, given_a, ours.surnames, b.words, given_b, theirs.surnames, room)


@kernel
def _surnames(a: Table, i: int, b: Table, j: int, has_parents: bool, room: Room) -> tuple[int, float]:
    ours, theirs = _adult(a, i, CHILD), _adult(b, j, CHILD)
    if ours.surnames.size == 0 or theirs.surnames.size == 0:
        return S_MISSING, 0.0
    level, excess = classify_surnames(
        a.words, ours.surnames, ours.given, _firsts(a, i), b.words, theirs.surnames, theirs.given, _firsts(b, j), room
    )
    if level == S_DIFFERENT and has_parents and (_carried(a, i, b, j) or _carried(b, j, a, i)):
        return S_PARENT_SURNAME, excess
    return level, excess


@kernel
def _carried(a: Table, i: int, b: Table, j: int) -> bool:
    """A surname of the child's other record is a parent's surname here."""
    surnames = _part(b, j, CHILD, FIRST_SURNAME, END)
    for role in (PARENT1, PARENT2):
        if any_related(b.words, surnames, a.words, _part(a, i, role, FIRST_SURNAME, END), SURNAME, SPELLING):
            return True
    return False
