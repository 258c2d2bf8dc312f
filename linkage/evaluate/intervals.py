"""Between which bounds a figure lies when so many were counted: 95 % intervals."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from linkage.records import Float64

Z = 1.959964  # 95 % of a normal distribution lie within so many deviations
DRAWS = 1_000
SEED = 20_261_122


class Range(NamedTuple):
    """95 of 100 such intervals hold the true value."""

    low: float
    high: float


ANYTHING = Range(0.0, 1.0)


def wilson(hits: int, of: int) -> Range:
    """Interval of a share (Wilson 1927): sound for few cases and for shares near 0 or 1. Nothing counted says nothing."""
    if not of:
        return ANYTHING
    share, spread = hits / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = Z / (1 + spread) * np.sqrt(share * (1 - share) / of + spread / of / 4)
    return Range(max(0.0, float(middle - reach)), min(1.0, float(middle + reach)))


def bootstrap(counts: Float64, measure: Callable[[Float64], Float64]) -> Range:
    """Interval of a figure of sums over independent units (Efron 1979): the units are drawn anew, with replacement.

    `counts`: units x kinds. `measure`: sums (draws x kinds) -> the figure of each draw. Units with equal counts are drawn
    together (multinomial), so the time depends on how many different units there are, not on how many units.
    """
    if not len(counts):
        return ANYTHING
    distinct, times = np.unique(counts, axis=0, return_counts=True)
    drawn = np.random.default_rng(SEED).multinomial(len(counts), times / len(counts), size=DRAWS)
    low, high = np.percentile(measure(drawn @ distinct), [2.5, 97.5])
    return Range(float(low), float(high))
