"""Pairs of rows as two columns of numbers: made, counted and compared without a loop over pairs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.records import Int64

NONE = -1  # code of a row that belongs to nothing


@dataclass(frozen=True, slots=True, eq=False)
class RowPairs:
    """Pairs of rows of a table of `rows` rows: left[i] < right[i], each pair once."""

    left: Int64
    right: Int64
    rows: int

    def __len__(self) -> int:
        return len(self.left)

    def where(self, keep: NDArray[np.bool_]) -> "RowPairs":
        """The pairs that a mask chooses."""
        return RowPairs(self.left[keep], self.right[keep], self.rows)

    def among(self, other: "RowPairs") -> NDArray[np.bool_]:
        """For each pair whether it is one of the other's."""
        return np.isin(self.left * self.rows + self.right, other.left * other.rows + other.right)

    def share(self, codes: Int64) -> NDArray[np.bool_]:
        """For each pair whether both rows carry one and the same code."""
        shared: NDArray[np.bool_] = (codes[self.left] == codes[self.right]) & (codes[self.left] != NONE)
        return shared


def codes_of(texts: Iterable[str]) -> Int64:
    """A number for each distinct text, in the order of first appearance; "" is NONE."""
    codes: dict[str, int] = {"": NONE}
    return np.array([codes.setdefault(text, len(codes) - 1) for text in texts], dtype=np.int64)


def together(*columns: Int64) -> Int64:
    """One code for each combination of codes; NONE where one of them is NONE."""
    codes = columns[0]
    for column in columns[1:]:
        known = (codes != NONE) & (column != NONE)
        both = np.full(len(codes), NONE, dtype=np.int64)
        if known.any():
            width = int(column[known].max()) + 1
            both[known] = np.unique(codes[known] * width + column[known], return_inverse=True)[1]
        codes = both
    return codes


def count_within(*columns: Int64) -> int:
    """How many pairs of rows agree in all the columns, without listing them."""
    codes = together(*columns)
    sizes = np.bincount(codes[codes != NONE])
    return int((sizes * (sizes - 1) // 2).sum())


def pairs_within(codes: Int64) -> RowPairs:
    """All pairs of rows with one code; a row without a code is in none."""
    known = np.flatnonzero(codes != NONE)
    order = known[np.argsort(codes[known], kind="stable")]  # rows ascend inside a code
    sizes = np.bincount(codes[known]) if len(known) else np.zeros(0, dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    ends: list[tuple[Int64, Int64]] = []
    for size in np.unique(sizes[sizes > 1]).tolist():
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, 1)
        ends.append((members[:, one].ravel(), members[:, other].ravel()))
    empty = np.zeros(0, dtype=np.int64)
    left = np.concatenate([empty, *(one for one, _ in ends)])
    right = np.concatenate([empty, *(other for _, other in ends)])
    return RowPairs(left, right, len(codes))
