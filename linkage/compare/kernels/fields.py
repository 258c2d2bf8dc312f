"""One pair: every field's level and rarity, and the weight, stopped as soon as the pair can no longer reach the floor."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.compare.kernels.children import compare_given, compare_surnames
from linkage.compare.kernels.dates import Day, classify_dates
from linkage.compare.kernels.levels import (
    B_SAME_CITY,
    K_BIRTH_DATE,
    K_BIRTHPLACE,
    K_CODE,
    K_GIVEN,
    K_MULTIPLE_BIRTH,
    K_SEX,
    K_SUFFIX,
    K_SURNAMES,
    K_TEXT,
    T_SAME,
)
from linkage.compare.kernels.names import MOST, Room
from linkage.compare.kernels.parents import classify_parents
from linkage.compare.kernels.sides import (
    DATE,
    DAY_NUMBER,
    OTHER_DATE,
    PARENT1,
    PARENT2,
    SOFT,
    UNISEX_NAME,
)
from linkage.compare.kernels.tables import Table, person_of
from linkage.compare.kernels.tokens import MEMORIES, PARTS_OF_A_BIT
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
SPACE = ROOM + 2 * MEMORIES  # and with the memory of two tables


@kernel
def room_in(space: Int64, reach: Float64) -> Room:
    """A Room in an array of ROOM numbers and one of a number a field and one more; both must outlive it."""
    start = pointer(space)
    after = ahead(start, MOST * MOST)
    return Room(start, after, ahead(after, MOST), ahead(after, 2 * MOST), pointer(reach))


@kernel
def compare_pair(
    a: Table,
    i: int,
    b: Table,
    j: int,
    steps: Steps,
    floor: float,
    room: Room,
    levels: Ints,
    rarity: Floats,
) -> float:
    """Weight of row i of `a` and row j of `b` in bits; fills `levels` and `rarity` (by the model's fields).

    A number below `floor`, and unfinished levels, where the pair cannot reach it.
    """
    _fill_reach(a, i, b, j, steps, room.reach)
    weight = steps.prior
    for k in range(steps.fields):
        if weight + room.reach[k] < floor:
            return floor - 1.0
        level, excess = _compare_field(a, i, b, j, steps.kinds[k], ahead(steps.columns, 3 * k), steps.has_parents, room)
        at = steps.position[k * MOST_LEVELS + level]
        levels[steps.target[k]] = at
        rarity[steps.target[k]] = excess
        weight += steps.match[k * MOST_LEVELS + at] + _counted(steps, excess)
    if weight + room.reach[steps.fields] < floor:
        return floor - 1.0
    return weight + _others(steps, levels, rarity)


@kernel
def _fill_reach(a: Table, i: int, b: Table, j: int, steps: Steps, reach: Floats) -> None:
    """reach[k]: most bits that the fields from k on can add, rarity included, and what is taken back at the end."""
    hope = -steps.others[steps.classes]
    reach[steps.fields] = hope
    for k in range(steps.fields - 1, -1, -1):
        most = min(a.bound[i * steps.fields + k], b.bound[j * steps.fields + k])
        hope += min(steps.rarity_share * most, steps.rarity_most)
        reach[k] = steps.rest[k] + hope


@kernel
def _counted(steps: Steps, excess: float) -> float:
    """The bits that a rarity excess counts for."""
    return min(max(steps.rarity_share * excess, steps.rarity_least), steps.rarity_most)


@kernel
def _others(steps: Steps, levels: Ints, rarity: Floats) -> float:
    """What siblings, twins and namesakes take back: -log2 of the sum over the classes."""
    strangers = steps.others[steps.classes]
    most = strangers
    for c in range(steps.classes):
        most = max(most, steps.others[c] + _alike(steps, c, levels, rarity))
    total = np.exp2(strangers - most)
    for c in range(steps.classes):
        total += np.exp2(steps.others[c] + _alike(steps, c, levels, rarity) - most)
    return -(most + np.log2(total))


@kernel
def _alike(steps: Steps, c: int, levels: Ints, rarity: Floats) -> float:
    """Bits of the levels for the class."""
    alike = 0.0
    for k in range(steps.fields):
        target = steps.target[k]
        alike += steps.alike[(c * steps.fields + k) * MOST_LEVELS + levels[target]]
        if steps.shared[k] and steps.family[c]:
            alike += _counted(steps, rarity[target])
    return alike


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
        return compare_given(a, i, b, j, has_parents, room)
    if kind == K_SURNAMES:
        return compare_surnames(a, i, b, j, has_parents, room)
    return classify_parents(
        a.words,
        person_of(a, i, PARENT1),
        person_of(a, i, PARENT2),
        b.words,
        person_of(b, j, PARENT1),
        person_of(b, j, PARENT2),
        room,
    )


@kernel
def _day(facts: Ints) -> Day:
    return Day(facts[DATE], facts[OTHER_DATE], facts[DAY_NUMBER], facts[SOFT])
