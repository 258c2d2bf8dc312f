"""Given names of two people -> level and rarity, compiled."""

from linkage.compare.kernels.levels import (
    G_CALL_NAME,
    G_DIFFERENT,
    G_EXCHANGED,
    G_INITIAL,
    G_INVERTED,
    G_MIDDLE_MISSING,
    G_NICKNAME,
    G_ONE_SHARED,
    G_SAME,
    G_SOUNDS,
    G_SPELLING,
    G_TYPO,
    G_WEAK_SHARED,
)
from linkage.compare.kernels.names import Alignment, Name, Room, align, among, equal, exchanged, glued, weak
from linkage.compare.kernels.tokens import (
    COMPATIBLE,
    GIVEN,
    ID,
    INITIAL,
    PHRASES,
    SAME,
    SPELLING,
    SURNAME,
    TYPO,
    Words,
    relate,
)
from linkage.compiled import Ints, kernel


@kernel
def classify_given(
    left: Words, a: Name, surnames_a: Name, right: Words, b: Name, surnames_b: Name, room: Room
) -> tuple[int, float]:
    """The level of two non-empty given names, and the rarity excess of the tokens that agree."""
    same = equal(left, a, right, b)
    if not same:
        if glued(left, a, right, b):
            return G_SPELLING, 0.0
        if _short_for(left, a, right, b) or _short_for(right, b, left, a):
            return G_NICKNAME, 0.0
    found = align(left, a, right, b, GIVEN, INITIAL, room)
    if same:
        return G_SAME, found.rarity
    level = _aligned(left, a, right, b, found, room)
    if level == G_DIFFERENT:
        return (G_EXCHANGED if exchanged(left, a, surnames_a, right, b, surnames_b, TYPO) else G_DIFFERENT), 0.0
    return level, found.rarity


@kernel
def _aligned(left: Words, a: Name, right: Words, b: Name, found: Alignment, room: Room) -> int:
    """The level of given names that are not the same, by what met; G_DIFFERENT where nothing did."""
    if found.matched and found.over_a == 0 and found.over_b == 0:
        return _all_matched(found)
    if found.matched and (found.over_a == 0 or found.over_b == 0):
        if a.size < b.size:
            return _one_side_has_more(left, a, right, b, found)
        return _one_side_has_more(right, b, left, a, found)
    if found.matched and found.worst >= TYPO:
        for i in range(a.size):
            j = room.match[i]
            if j >= 0 and not weak(left, a.tokens[i]) and not weak(right, b.tokens[j]):
                return G_ONE_SHARED
        return G_WEAK_SHARED
    return G_DIFFERENT


@kernel
def _of_worst(worst: int) -> int:
    """A level for the worst relation among tokens that all found a partner, in order."""
    if worst == SAME:
        return G_SAME
    if worst == SPELLING:
        return G_SPELLING
    if worst == COMPATIBLE:
        return G_NICKNAME
    if worst == TYPO:
        return G_TYPO
    return G_INITIAL if worst == INITIAL else G_SOUNDS


@kernel
def _all_matched(found: Alignment) -> int:
    if found.matched > 1 and found.worst == INITIAL and found.first_relation >= SPELLING:
        return G_MIDDLE_MISSING  # MARIA G / MARIA GUADALUPE
    if not found.in_order and found.worst >= SPELLING:
        return G_INVERTED
    return _of_worst(found.worst)


@kernel
def _one_side_has_more(of_short: Words, short: Name, of_long: Words, long: Name, found: Alignment) -> int:
    """MARIA / MARIA ELENA, ESTELA / BLANCA ESTELA, M / MARIA ELENA."""
    if found.worst < SPELLING:
        return _of_worst(found.worst)
    if found.first_met:
        return G_MIDDLE_MISSING
    for i in range(long.size):
        if not weak(of_long, long.tokens[i]) and not among(of_long, long.tokens[i], of_short, short):
            return G_CALL_NAME
    return G_MIDDLE_MISSING  # a dropped María or José says nothing


@kernel
def _short_for(left: Words, a: Name, right: Words, b: Name) -> bool:
    """CHEMA / JOSE MARIA: one name that stands for several. In the pool: how many phrases, then each one's length and words."""
    if a.size != 1 or left.tok[a.tokens[0] + PHRASES] < 0:
        return False
    at = left.tok[a.tokens[0] + PHRASES]
    phrases = left.pool[at]
    at += 1
    for _ in range(phrases):
        words = left.pool[at]
        found = 0
        for word in range(at + 1, at + 1 + words):
            for j in range(b.size):
                if right.tok[b.tokens[j] + ID] == left.pool[word]:
                    found += 1
                    break
        if found == words:
            return True
        at += 1 + words
    return False


@kernel
def without_filed_surnames(
    left: Words, given: Name, first: int, right: Words, other: Name, surnames: Name, kept: Ints
) -> Name:
    """ANA | GARCIA beside ANA | | GARCIA: a surname filed as a middle name counts among the surnames, not here too.

    `first`: from there on the given names stood in the middle field. `other`, `surnames`: of the other record.
    """
    remain = 0
    for i in range(given.size):
        if i < first or not _is_filed(left, given.tokens[i], right, other, surnames):
            kept[remain] = given.tokens[i]
            remain += 1
    return Name(kept, remain) if remain else given


@kernel
def _is_filed(left: Words, token: int, right: Words, other: Name, surnames: Name) -> bool:
    if among(left, token, right, other):
        return False
    for j in range(surnames.size):
        if relate(left, token, right, surnames.tokens[j], SURNAME) >= SPELLING:
            return True
    return False
