"""Aligns the tokens of two names: the best one-to-one assignment, and what is left over on each side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.oracle.relations import Relation


@dataclass(frozen=True, slots=True)
class Alignment:
    """`matched`: (position left, position right, relation), best first; the rest by position."""

    matched: tuple[tuple[int, int, Relation], ...]
    left_over: tuple[int, ...]
    right_over: tuple[int, ...]

    @property
    def worst(self) -> Relation:
        return min((relation for _, _, relation in self.matched), default=Relation.DIFFERENT)

    @property
    def in_order(self) -> bool:
        by_left = sorted((left, right) for left, right, _ in self.matched)
        rights = [right for _, right in by_left]
        return rights == sorted(rights)

    @property
    def whole(self) -> bool:
        """Nothing left over on either side."""
        return bool(self.matched) and not self.left_over and not self.right_over

    @property
    def subset(self) -> bool:
        """Something left over on one side only."""
        return bool(self.matched) and bool(self.left_over) != bool(self.right_over)


def align(
    left: Sequence[int], right: Sequence[int], relation: Callable[[int, int], Relation], least: Relation
) -> Alignment:
    """Greedy assignment, best relation first, equal positions before others. Names have at most a handful of tokens.

    Relations below `least` do not count as a match.
    """
    options = [
        (found, -abs(i - j), -(i + j), i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if (found := relation(a, b)) >= least
    ]
    options.sort(reverse=True)
    used_left: set[int] = set()
    used_right: set[int] = set()
    matched: list[tuple[int, int, Relation]] = []
    for found, _, _, i, j in options:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            matched.append((i, j, found))
    return Alignment(
        tuple(matched),
        tuple(i for i in range(len(left)) if i not in used_left),
        tuple(j for j in range(len(right)) if j not in used_right),
    )
