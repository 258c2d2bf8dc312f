"""Can the probabilities be believed, and where should the bands begin? Counted over the pairs that were shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.evaluate.intervals import Range, wilson
from linkage.records import Float64

# Narrower towards 1: that is where bands begin, and where most pairs are.
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
BITS = tuple(range(-5, 21))  # edges of the histogram; the outer bins hold what lies beyond


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose probability lies in [low, high): what was said of them, and what is true."""

    low: float
    high: float
    pairs: int
    true: int
    said: float  # mean probability

    @property
    def share(self) -> float:
        return self.true / self.pairs

    @property
    def range(self) -> Range:
        return wilson(self.true, self.pairs)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`error`: mean distance of what was said from what is true, over all pairs (expected calibration error).

    `brier`: mean squared distance of the probability of a pair from its truth, 0 or 1 (Brier 1950); 0 is perfect.
    """

    bins: tuple[Bin, ...]
    error: float
    brier: float


def f1_of(precision: float, recall: float) -> float:
    """Their harmonic mean; 0 where both are."""
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Threshold:
    """Were all pairs from `probability` on joined as they are: what would come of it."""

    probability: float
    found: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return f1_of(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """Pairs with a weight in [low, low + 1) bits."""

    low: int
    same: int
    different: int


def calibration(chances: Float64, one_child: NDArray[np.bool_]) -> Calibration:
    """Compare what was said of each pair with what is true. Bins without a pair are left out."""
    place = np.clip(np.searchsorted(EDGES, chances, side="right") - 1, 0, len(EDGES) - 2)
    bins = []
    for number in np.unique(place).tolist():
        inside = place == number
        said, true = float(chances[inside].mean()), int(one_child[inside].sum())
        bins.append(Bin(EDGES[number], EDGES[number + 1], int(inside.sum()), true, said))
    total = max(len(chances), 1)
    error = sum(one.pairs * abs(one.said - one.share) for one in bins) / total
    return Calibration(tuple(bins), error, float(((chances - one_child) ** 2).sum()) / total)


def thresholds(
    chances: Float64, one_child: NDArray[np.bool_], true_pairs: int, at: Sequence[float]
) -> tuple[Threshold, ...]:
    """Precision and recall for each probability of `at` from which pairs would be joined."""
    order = np.argsort(-chances, kind="stable")
    hits = np.concatenate([[0], np.cumsum(one_child[order])])
    ascending = chances[order][::-1]
    found = [len(chances) - int(np.searchsorted(ascending, least, side="left")) for least in at]
    return tuple(
        Threshold(
            least,
            number,
            float(hits[number] / number) if number else 1.0,
            float(hits[number] / true_pairs) if true_pairs else 1.0,
        )
        for least, number in zip(at, found, strict=True)
    )


def histogram(weights: Float64, one_child: NDArray[np.bool_]) -> tuple[ScoreBin, ...]:
    """How many pairs of one child and of different children have a weight of so many bits."""
    place = np.clip(np.floor(weights).astype(int), BITS[0], BITS[-1]) - BITS[0]
    same = np.bincount(place[one_child], minlength=len(BITS)).tolist()
    different = np.bincount(place[~one_child], minlength=len(BITS)).tolist()
    return tuple(ScoreBin(low, *both) for low, *both in zip(BITS, same, different, strict=True))
