"""The adults of two records -> level and rarity, compiled."""

from linkage.compare.kernels.given import classify_given
from linkage.compare.kernels.levels import (
    G_CALL_NAME,
    G_DIFFERENT,
    G_EXCHANGED,
    G_INVERTED,
    G_MIDDLE_MISSING,
    G_SAME,
    G_SPELLING,
    P_BOTH_DIFFER,
    P_BOTH_SAME,
    P_MISSING,
    P_ONE_ALIKE,
    P_ONE_DIFFERS,
    P_ONE_OF_TWO,
    P_ONE_SAME,
    P_SURNAME_ONLY,
)
from linkage.compare.kernels.names import Person, Room, any_related
from linkage.compare.kernels.tokens import SPELLING, SURNAME, Words
from linkage.compiled import kernel


@kernel
def classify_parents(
    left: Words, one_a: Person, two_a: Person, right: Words, one_b: Person, two_b: Person, room: Room
) -> tuple[int, float]:
    """A set of at most two adults, order-free; `rarity`: of the given names that agree."""
    ours = (one_a.given.size > 0) + (two_a.given.size > 0)
    theirs = (one_b.given.size > 0) + (two_b.given.size > 0)
    if ours == 0 or theirs == 0:
        met = _same_surname(left, one_a, two_a, right, one_b) or _same_surname(left, one_a, two_a, right, two_b)
        return (P_SURNAME_ONLY if met else P_MISSING), 0.0
    if one_a.given.size == 0:
        one_a = two_a
    if one_b.given.size == 0:
        one_b = two_b
    comparable = min(ours, theirs)
    agree, alike, rarity = _adults(left, one_a, right, one_b, room)
    if comparable == 2:
        agree, alike, rarity = _plus(agree, alike, rarity, _adults(left, two_a, right, two_b, room))
    if agree < comparable and max(ours, theirs) > 1:
        crossed = _crossed(left, one_a, two_a, right, one_b, two_b, ours, theirs, room)
        if crossed > (agree, alike, rarity):
            agree, alike, rarity = crossed
    return _level(agree, alike, comparable), rarity


@kernel
def _same_surname(left: Words, one: Person, two: Person, right: Words, other: Person) -> bool:
    return any_related(left, one.surnames, right, other.surnames, SURNAME, SPELLING) or any_related(
        left, two.surnames, right, other.surnames, SURNAME, SPELLING
    )


@kernel
def _crossed(
    left: Words,
    one_a: Person,
    two_a: Person,
    right: Words,
    one_b: Person,
    two_b: Person,
    ours: int,
    theirs: int,
    room: Room,
) -> tuple[int, int, float]:
    """The other pairing: first with second."""
    agree, alike, rarity = 0, 0, 0.0
    if theirs == 2:
        agree, alike, rarity = _adults(left, one_a, right, two_b, room)
    if ours == 2:
        return _plus(agree, alike, rarity, _adults(left, two_a, right, one_b, room))
    return agree, alike, rarity


@kernel
def _plus(agree: int, alike: int, rarity: float, more: tuple[int, int, float]) -> tuple[int, int, float]:
    return agree + more[0], alike + more[1], rarity + more[2]


@kernel
def _adults(left: Words, a: Person, right: Words, b: Person, room: Room) -> tuple[int, int, float]:
    """Whether two adults agree, whether they are alike (1 or 0 each), and the rarity where they agree."""
    level, rarity = classify_given(left, a.given, a.surnames, right, b.given, b.surnames, room)
    if level in (G_SAME, G_SPELLING, G_MIDDLE_MISSING, G_CALL_NAME, G_INVERTED):
        return 1, 0, rarity
    return 0, int(level not in (G_DIFFERENT, G_EXCHANGED)), 0.0


@kernel
def _level(agree: int, alike: int, comparable: int) -> int:
    if agree == 2:
        return P_BOTH_SAME
    if agree == 1:
        if comparable == 1:
            return P_ONE_SAME
        return P_BOTH_SAME if alike else P_ONE_OF_TWO
    if alike:
        return P_ONE_ALIKE
    return P_ONE_DIFFERS if comparable == 1 else P_BOTH_DIFFER
