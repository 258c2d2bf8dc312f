"""A component that does not settle itself: its rows are joined best first, by what all the pairs between two parts say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

# Bits of one pair beyond these say no more: one overwhelming pair must not outvote all the others.
MOST_BITS = 8.0
# Bits of a pair that was not kept: it was refused, or it never met. As much as a pair at the lower end of the near band (0.05)
# says, so a pair known to be worse counts more against. With it one record never joins two students of two records each.
# Measured on invented families (seeds 103-108): scoring these pairs exactly gives no better groups.
UNMET_BITS = -4.25

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Component:
    """Rows numbered 0 .. rows - 1 in an order that is theirs whatever the table's, for it settles ties."""

    rows: int
    pairs: Sequence[tuple[int, int, float]]  # a < b, bits
    must: Sequence[Pair]
    cannot: Sequence[Pair]


@dataclass(slots=True)
class _Part:
    members: list[int]
    near: dict[int, tuple[float, int]] = field(default_factory=dict)  # other part -> bits in all, pairs known
    apart: set[int] = field(default_factory=set)  # parts that a person's "different" keeps out
    round: int = 0  # what is said of an earlier round is out of date


class _Parts:
    """The parts of one component while they are being joined."""

    def __init__(self, component: Component) -> None:
        self.all = {row: _Part([row]) for row in range(component.rows)}
        for a, b in component.cannot:
            self.all[a].apart.add(b)
            self.all[b].apart.add(a)

    def best(self, part: int, least: float, most: int) -> "_Entry | None":
        """The best other part that may join `part`: most bits, ties by the first members; None if there is none."""
        mine = self.all[part]
        size, first = len(mine.members), mine.members[0]
        found = None
        for other, (bits, known) in mine.near.items():
            yours = self.all[other].members
            pairs = size * len(yours)
            mean = (bits + UNMET_BITS * (pairs - known)) / pairs
            if mean < least or (found and -mean > found[0]) or other in mine.apart:
                continue
            if most and size + len(yours) > most:
                continue
            low, high = (first, yours[0]) if first < yours[0] else (yours[0], first)
            if found is None or (-mean, low, high) < found[:3]:
                found = -mean, low, high, part, mine.round, other, self.all[other].round
        return found

    def add(self, a: int, b: int, bits: float, known: int = 1) -> None:
        for one, other in ((a, b), (b, a)):
            before = self.all[one].near.get(other, (0.0, 0))
            self.all[one].near[other] = (before[0] + bits, before[1] + known)

    def join(self, a: int, b: int) -> int:
        """Make one part of two; the one that borders on more parts takes in the other. Returns it."""
        keep, gone = (a, b) if len(self.all[a].near) >= len(self.all[b].near) else (b, a)
        kept, lost = self.all[keep], self.all.pop(gone)
        kept.members = sorted(kept.members + lost.members)
        kept.round += 1
        for other, (bits, known) in lost.near.items():
            del self.all[other].near[gone]
            if other != keep:
                self.add(keep, other, bits, known)
        for other in lost.apart:
            self.all[other].apart.remove(gone)
            self.all[other].apart.add(keep)
        kept.apart |= lost.apart
        return keep


def refine(component: Component, least_bits: float, most: int) -> list[list[int]]:
    """The parts of a component, each ascending.

    Two parts join while the pairs between them say `least_bits` or more on average, the best two parts first; pairs in
    `must` join before, whatever they say; nothing joins two parts with a pair in `cannot`, nor, except `must`, more than
    `most` rows (0: any number).
    """
    parts = _Parts(component)
    part_of = list(range(component.rows))
    for one, other in sorted(component.must):
        a, b = part_of[one], part_of[other]
        if a != b and b not in parts.all[a].apart:
            keep = parts.join(a, b)
            for row in parts.all[keep].members:
                part_of[row] = keep
    for a, b, bits in sorted(component.pairs):
        if part_of[a] != part_of[b]:
            parts.add(part_of[a], part_of[b], bits)
    _join_best_first(parts, least_bits, most)
    return sorted(part.members for part in parts.all.values())


_Entry = tuple[
    float, int, int, int, int, int, int
]  # -bits, first members, part and its round, other part and its round


def _join_best_first(parts: _Parts, least: float, most: int) -> None:
    """The heap has one entry a part. One that is out of date promises too much, never too little: it is asked again."""
    waiting = [entry for part in parts.all if (entry := parts.best(part, least, most))]
    heapify(waiting)
    while waiting:
        _, _, _, part, round_then, other, other_then = heappop(waiting)
        if part not in parts.all or parts.all[part].round != round_then:
            continue
        if other in parts.all and parts.all[other].round == other_then:
            part = parts.join(part, other)
        if entry := parts.best(part, least, most):
            heappush(waiting, entry)
