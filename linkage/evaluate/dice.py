"""Random draws that come out the same on every machine and every version of Python.

Everything is built on `random.Random.random`, the one method whose sequence the standard library promises to keep; `choice`,
`shuffle` and NumPy's generators carry no such promise, and a sample must stay byte-identical for a seed.
"""

import random
from bisect import bisect
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A stream of draws. Streams with other labels are independent: more damage does not change who the families are."""

    def __init__(self, seed: int, label: str) -> None:
        self.random = random.Random(f"{seed}/{label}").random  # noqa: S311 - invents people, guards nothing

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.random() * len(items))]

    def weighted(self, items: Sequence[Item], cumulative: Sequence[float]) -> Item:
        """One of `items`; `cumulative` are the running sums of their weights."""
        return items[bisect(cumulative, self.random() * cumulative[-1], hi=len(items) - 1)]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        keys = [self.random() for _ in items]
        return [items[index] for index in sorted(range(len(items)), key=keys.__getitem__)]
