"""What the cluster room is given: scored pairs of rows as columns, and what people have said of pairs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linkage.records import Float64, Int64

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Links:
    """Scored pairs of the rows 0 .. size - 1: left < right, each pair once, ascending. Made by `Links.of`.

    `must` and `cannot`: what people have decided, as a row of two for each pair; they win over any probability.
    """

    size: int
    left: Int64
    right: Int64
    probability: Float64
    must: Int64  # k x 2
    cannot: Int64

    @classmethod
    def of(
        cls,
        size: int,
        left: Int64,
        right: Int64,
        probability: Float64,
        *,
        must: Iterable[Pair] = (),
        cannot: Iterable[Pair] = (),
    ) -> "Links":
        """Pairs in any order and direction; of a pair given twice the larger probability counts."""
        keys = pair_keys(size, np.minimum(left, right), np.maximum(left, right))
        order = np.lexsort((-probability, keys))
        once = np.unique(keys[order], return_index=True)[1] if len(keys) else np.empty(0, dtype=np.int64)
        kept = order[once]
        kept = kept[left[kept] != right[kept]]
        low, high = np.minimum(left[kept], right[kept]), np.maximum(left[kept], right[kept])
        return cls(size, low, high, probability[kept], _ends(must), _ends(cannot))

    @classmethod
    def of_pairs(
        cls, size: int, found: Mapping[Pair, float], *, must: Iterable[Pair] = (), cannot: Iterable[Pair] = ()
    ) -> "Links":
        """The same from a mapping, for few pairs."""
        ends = _ends(found)
        chances = np.fromiter((found[low, high] for low, high in found), dtype=np.float64, count=len(found))
        if len(ends) != len(found):
            raise ValueError("a pair needs two different rows, the smaller one first, each pair once")
        order = np.lexsort((ends[:, 1], ends[:, 0]))
        return cls(size, ends[order, 0], ends[order, 1], chances[order], _ends(must), _ends(cannot))

    def pairs(self) -> list[Pair]:
        """The scored pairs, for few."""
        return list(zip(self.left.tolist(), self.right.tolist(), strict=True))

    def unanswered(self) -> "Links":
        """The same without the pairs that a "different" has answered: a no blocks every path."""
        kept = ~answered(self)
        return replace(self, left=self.left[kept], right=self.right[kept], probability=self.probability[kept])


def pair_keys(size: int, left: Int64, right: Int64) -> Int64:
    """One number a pair of rows."""
    return left * np.int64(size) + right


def components(size: int, left: Int64, right: Int64) -> Int64:
    """Number of the connected component of each row, in the order of their first rows."""
    rows = np.arange(size, dtype=np.int64)
    first = rows  # of each row a smaller one of its component; in the end the first of them
    while np.any(apart := first[left] != first[right]):
        one, other = first[left[apart]], first[right[apart]]
        first = first.copy()
        np.minimum.at(first, np.maximum(one, other), np.minimum(one, other))
        while np.any(first != (further := first[first])):
            first = further
    numbers: Int64 = (np.cumsum(first == rows) - 1)[first]
    return numbers


def held_together(links: Links) -> Int64:
    """One number a row: rows that decisions of people hold together, directly or through others, have the same one."""
    return components(links.size, links.must[:, 0], links.must[:, 1])


def answered(links: Links) -> NDArray[np.bool_]:
    """Which of the pairs a "different" has answered: of its two rows, or of any two rows that people hold together with them."""
    held = held_together(links)

    def keys(left: Int64, right: Int64) -> Int64:
        low, high = np.minimum(held[left], held[right]), np.maximum(held[left], held[right])
        return pair_keys(links.size, low, high)

    apart = keys(links.cannot[:, 0], links.cannot[:, 1])
    return np.isin(keys(links.left, links.right), apart)


def _ends(pairs: Iterable[Pair]) -> Int64:
    return np.array([(a, b) if a < b else (b, a) for a, b in pairs if a != b], dtype=np.int64).reshape(-1, 2)
