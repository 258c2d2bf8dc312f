"""Surnames of two children -> level and rarity, compiled."""

from linkage.compare.kernels.levels import (
    S_AS_MIDDLE,
    S_BOTH_SAME,
    S_DIFFERENT,
    S_EXCHANGED,
    S_ONE_MISSING,
    S_ONE_SAME,
    S_ONE_SHARED,
    S_SECOND_ALONE,
    S_SOUNDS,
    S_SPELLING,
    S_SWAPPED,
    S_TYPO,
)
from linkage.compare.kernels.names import Alignment, Name, Room, align, among, equal, exchanged, glued, rest
from linkage.compare.kernels.tokens import (
    COMPATIBLE,
    PARTS_OF_A_BIT,
    RARITY,
    SAME,
    SOUNDS,
    SPELLING,
    SURNAME,
    TYPO,
    Words,
    relate,
)
from linkage.compiled import kernel

NOT_FILED = 1 << 62  # rarer than any name


@kernel
def classify_surnames(
    left: Words, a: Name, given_a: Name, first_a: int, right: Words, b: Name, given_b: Name, first_b: int, room: Room
) -> tuple[int, float]:
    """The level of two non-empty lists of surnames, and the rarity excess of those that agree.

    `given_a`, `first_a`: the given names; from position `first_a` on they stood in the middle-name field.
    """
    same = equal(left, a, right, b)
    if not same and glued(left, a, right, b):
        return S_SPELLING, 0.0
    found = align(left, a, right, b, SURNAME, SOUNDS, room)
    if same:
        return (S_BOTH_SAME if a.size > 1 else S_ONE_SAME), found.rarity
    if found.matched and found.over_a == 0 and found.over_b == 0:
        return _all_matched(found), found.rarity
    if found.matched and (found.over_a == 0 or found.over_b == 0):
        if found.worst < COMPATIBLE:
            return (S_TYPO if found.worst == TYPO else S_SOUNDS), found.rarity
        if a.size < b.size:
            filed = _filed_as_middle(right, b, given_b, left, a, rest(given_a, first_a))
            return _one_missing(filed != NOT_FILED, _meets_first(room, a.size)), found.rarity
        filed = _filed_as_middle(left, a, given_a, right, b, rest(given_b, first_b))
        return _one_missing(filed != NOT_FILED, room.match[0] >= 0), found.rarity
    if exchanged(left, given_a, a, right, given_b, b, TYPO):
        return S_EXCHANGED, found.rarity
    if found.matched:
        return (S_ONE_SHARED if found.worst >= TYPO else S_SOUNDS), found.rarity
    in_b = _filed_as_middle(left, a, given_a, right, b, rest(given_b, first_b))
    in_a = _filed_as_middle(right, b, given_b, left, a, rest(given_a, first_a))
    if in_a == NOT_FILED and in_b == NOT_FILED:
        return S_DIFFERENT, found.rarity
    # SINGH as a middle name and as a surname says little; of several, the commonest counts.
    return S_AS_MIDDLE, min(in_a, in_b) / PARTS_OF_A_BIT


@kernel
def _all_matched(found: Alignment) -> int:
    if found.worst == SAME:
        return S_BOTH_SAME if found.in_order else S_SWAPPED
    if found.worst >= COMPATIBLE:
        return S_SPELLING if found.in_order else S_SWAPPED
    return S_TYPO if found.worst == TYPO else S_SOUNDS


@kernel
def _one_missing(filed: bool, first_met: bool) -> int:
    if filed:
        return S_AS_MIDDLE
    return S_ONE_MISSING if first_met else S_SECOND_ALONE


@kernel
def _meets_first(room: Room, size: int) -> bool:
    """Whether a token met the first one of the other side."""
    for i in range(size):
        if room.match[i] == 0:
            return True
    return False


@kernel
def _filed_as_middle(left: Words, whole: Name, given: Name, right: Words, surnames: Name, middle: Name) -> int:
    """Surnames of `whole` that stand among the other's middle names, and not among its surnames: the least rarity; or NOT_FILED."""
    rarity = NOT_FILED
    for i in range(whole.size):
        surname = whole.tokens[i]
        if among(left, surname, right, surnames) or among(left, surname, left, given):
            continue
        for j in range(middle.size):
            if relate(left, surname, right, middle.tokens[j], SURNAME) >= SPELLING:
                rarity = min(rarity, left.tok[surname + RARITY + SURNAME])
    return rarity
