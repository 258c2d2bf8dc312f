"""Names as lists of tokens, aligned token by token."""

from typing import NamedTuple

from linkage.compare.kernels.tokens import (
    FLAGS,
    GIVEN,
    ID,
    LENGTH,
    LETTERS,
    PARTS_OF_A_BIT,
    RARITY,
    SAME,
    SPELLING,
    WEAK,
    Words,
    relate,
)
from linkage.compiled import Floats, Ints, ahead, kernel

MOST = 12  # tokens of one part of a name that are compared; more are not read


class Name(NamedTuple):
    """Tokens one behind the other."""

    tokens: Ints
    size: int


class Person(NamedTuple):
    given: Name
    surnames: Name


class Room(NamedTuple):
    """Room for intermediate results: the relations of two names (MOST x MOST), who met whom, and lists of tokens.

    `reach`: the bits that the fields from each on can still add.
    """

    grid: Ints
    match: Ints
    kept_a: Ints
    kept_b: Ints
    reach: Floats


class Alignment(NamedTuple):
    """How two names were aligned. `worst`: relation of the worst matched pair. `rarity`: excess (bits) of those that agree."""

    matched: int
    worst: int
    in_order: bool
    over_a: int
    over_b: int
    first_met: bool
    first_relation: int
    rarity: float


@kernel
def align(left: Words, a: Name, right: Words, b: Name, scope: int, least: int, room: Room) -> Alignment:
    """Greedy assignment, best relation first, equal positions before others; relations below `least` are none.

    Leaves the partner of each token of `a` (or -1) in `room.match`.
    """
    for i in range(a.size):
        room.match[i] = -1
        for j in range(b.size):
            found = relate(left, a.tokens[i], right, b.tokens[j], scope)
            room.grid[i * MOST + j] = found if found >= least else 0
    used, worst, matched, rarity = 0, SAME, 0, 0
    while True:
        best, at_i, at_j = _best(room, a.size, b.size, used)
        if best == 0:
            break
        room.match[at_i] = at_j
        used |= 1 << at_j
        matched += 1
        worst = min(worst, best)
        if best >= SPELLING:
            # Of two spellings the commoner one counts.
            ours, theirs = left.tok[a.tokens[at_i] + RARITY + scope], right.tok[b.tokens[at_j] + RARITY + scope]
            rarity += min(ours, theirs)
    first_met = room.match[0] == 0
    return Alignment(
        matched,
        worst if matched else 0,
        _in_order(room.match, a.size),
        a.size - matched,
        b.size - matched,
        first_met,
        room.grid[0] if first_met else 0,
        rarity / PARTS_OF_A_BIT,
    )


@kernel
def _best(room: Room, size_a: int, size_b: int, used: int) -> tuple[int, int, int]:
    """The best relation among tokens that have no partner yet, and where. Ties: smaller shift, earlier, later token of `a`."""
    best, at_i, at_j = 0, 0, 0
    for i in range(size_a):
        if room.match[i] >= 0:
            continue
        for j in range(size_b):
            here = room.grid[i * MOST + j]
            if here == 0 or here < best or (used >> j) & 1:
                continue
            if here > best or (abs(i - j), i + j, -i) < (abs(at_i - at_j), at_i + at_j, -at_i):
                best, at_i, at_j = here, i, j
    return best, at_i, at_j


@kernel
def _in_order(match: Ints, size: int) -> bool:
    last = -1
    for i in range(size):
        if match[i] >= 0:
            if match[i] < last:
                return False
            last = match[i]
    return True


@kernel
def equal(left: Words, a: Name, right: Words, b: Name) -> bool:
    """The same tokens in the same order."""
    if a.size != b.size:
        return False
    for i in range(a.size):
        if left.tok[a.tokens[i] + ID] != right.tok[b.tokens[i] + ID]:
            return False
    return True


@kernel
def among(left: Words, token: int, right: Words, b: Name) -> bool:
    """Whether the very token stands in `b`."""
    for j in range(b.size):
        if left.tok[token + ID] == right.tok[b.tokens[j] + ID]:
            return True
    return False


@kernel
def glued(left: Words, a: Name, right: Words, b: Name) -> bool:
    """Written as one word on one side: ANA SOFIA / ANASOFIA."""
    if a.size == b.size or _letters(left, a) != _letters(right, b):
        return False
    i, at, j, to = 0, 0, 0, 0
    while i < a.size:
        token, other = a.tokens[i], b.tokens[j]
        if left.pool[left.tok[token + LETTERS] + at] != right.pool[right.tok[other + LETTERS] + to]:
            return False
        at += 1
        to += 1
        if at == left.tok[token + LENGTH]:
            i, at = i + 1, 0
        if to == right.tok[other + LENGTH]:
            j, to = j + 1, 0
    return True


@kernel
def _letters(words: Words, name: Name) -> int:
    total = 0
    for i in range(name.size):
        total += words.tok[name.tokens[i] + LENGTH]
    return total


@kernel
def weak(words: Words, token: int) -> bool:
    """So common as a first token (María, José) that agreement on it alone says little."""
    return words.tok[token + FLAGS] & WEAK != 0


@kernel
def exchanged(
    left: Words, given_a: Name, surnames_a: Name, right: Words, given_b: Name, surnames_b: Name, least: int
) -> bool:
    """LOUIS | ANTOINE / ANTOINE | LOUIS: each side's given name is the other's surname."""
    return any_related(left, given_a, right, surnames_b, GIVEN, least) and any_related(
        right, given_b, left, surnames_a, GIVEN, least
    )


@kernel
def any_related(left: Words, a: Name, right: Words, b: Name, scope: int, least: int) -> bool:
    """Whether any token of `a` stands in a relation of at least `least` to any of `b`."""
    for i in range(a.size):
        for j in range(b.size):
            if relate(left, a.tokens[i], right, b.tokens[j], scope) >= least:
                return True
    return False


@kernel
def rest(name: Name, start: int) -> Name:
    """The name from token `start` on."""
    return Name(ahead(name.tokens, start), name.size - start)
