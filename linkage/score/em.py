"""Estimates how often each level occurs among records of one child, among siblings and among namesakes, without labels.

Expectation-maximisation over counted comparison vectors (Jaro 1989; Winkler 2000), five classes (see score.model). u comes
from random pairs and stays: almost every random pair is two strangers. The starting shares act as a handful of pseudo-pairs,
so that a level which the data never show keeps a sensible weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.records import Float64, Int8, Int64
from linkage.score.model import SHARED_BY_TWINS, Model, PairClass, Shares
from rules.matching import REPEATABLE

PSEUDO_PAIRS = 200.0
MOST_ROUNDS = 100
# Converged when no share moves by more than this in a round.
STILL = 1e-4


@dataclass(frozen=True, slots=True)
class Estimate:
    model: Model
    rounds: int
    converged: bool
    pairs: int


def count_shares(levels: Int8, sizes: Sequence[int]) -> Shares:
    """Share of each level among the pairs where the field is not missing, smoothed by half a pair a level.

    `levels`: pairs x fields; `sizes`: number of levels of each field, `missing` (the last) included.
    """
    return tuple(
        _normal(np.bincount(levels[:, number], minlength=size).astype(float) + 0.5) for number, size in enumerate(sizes)
    )


def estimate(model: Model, levels: Int8, records: int, *, share: float = 1.0) -> Estimate:
    """Run EM on the levels of the candidate pairs (pairs x fields) of a table of `records` rows; `share` of them are given."""
    patterns, times = _counted(levels)
    counts = times / share
    start = (model.match, *model.alike)
    rounds, converged = 0, False
    while rounds < MOST_ROUNDS and not converged:
        rounds += 1
        old = (model.match, *model.alike)
        chances = _posterior(model, patterns, records)
        new = tuple(
            _update(patterns, counts * chance, first, records) for chance, first in zip(chances, start, strict=True)
        )
        new = (new[0], *(_with_borrowed(model, one, new[0], new[1:]) for one in new[1:]))
        converged = max(_moved(before, after) for before, after in zip(old, new, strict=True)) < STILL
        model = model.with_classes(new[0], new[1:])
    return Estimate(model, rounds, converged, len(levels))


def _counted(levels: Int8) -> tuple[Int8, Int64]:
    patterns, counts = np.unique(levels, axis=0, return_counts=True)
    return patterns, counts.astype(np.int64)


def _posterior(model: Model, patterns: Int8, records: int) -> list[Float64]:
    """Probability of each class but the strangers, for each pattern: one child, then the others in the model's order."""
    classes = (model.match, *model.alike)
    priors = [model.prior(one, records) for one in classes]
    logs = [_log_likelihood(patterns, one.shares, prior) for one, prior in zip(classes, priors, strict=True)]
    logs.append(_log_likelihood(patterns, model.strangers, 1 - sum(priors)))
    parts = np.exp(np.stack(logs) - np.max(logs, axis=0))
    return list((parts / parts.sum(axis=0))[:-1])


def _log_likelihood(patterns: Int8, shares: Shares, prior: float) -> Float64:
    total = np.full(len(patterns), np.log(prior))
    for number, share in enumerate(shares):
        total += np.log(share)[patterns[:, number]]
    return total


def _update(patterns: Int8, weight: Float64, start: PairClass, records: int) -> PairClass:
    pairs = float(weight.sum()) + 1.0
    if start.per_pair:
        start = replace(start, per_pair=2 * pairs / (records * max(records - 1, 1)))
    else:
        start = replace(start, per_record=pairs / records)
    if start.settled:
        return start
    shares = tuple(
        _normal(np.bincount(patterns[:, number], weights=weight, minlength=len(share)) + PSEUDO_PAIRS * share)
        for number, share in enumerate(start.shares)
    )
    if start.most:
        shares = tuple(_limited(share, most) for share, most in zip(shares, start.most, strict=True))
    return replace(start, shares=shares)


def _with_borrowed(model: Model, one: PairClass, match: PairClass, alike: Sequence[PairClass]) -> PairClass:
    """Twins are too few to learn from, but what they share is written down as well, or as badly, as of one child.

    What the model does not know to be of the family (an address, a number) they share as brothers do.
    """
    if not one.settled:
        return one
    brothers = next((other for other in alike if other.family and not other.settled), one)
    lenders = (
        match if field.compare in SHARED_BY_TWINS else brothers if field.compare in REPEATABLE else one
        for field in model.fields
    )
    return replace(one, shares=tuple(lender.shares[number] for number, lender in enumerate(lenders)))


def _limited(share: Float64, most: Float64) -> Float64:
    """No level above its limit; what is cut off goes to the levels without one."""
    free = most >= 1
    free[-1] = False
    held = np.minimum(share, most)
    held[free] *= 1 + (share - held)[:-1].sum() / held[free].sum()
    return held


def _moved(before: PairClass, after: PairClass) -> float:
    return max(float(np.max(np.abs(new - old))) for old, new in zip(before.shares, after.shares, strict=True))


def _normal(counts: Float64) -> Float64:
    """Shares over the levels that say something; the level `missing` (last) stands at 1, which is neutral."""
    said = counts[:-1]
    return np.append(np.maximum(said / said.sum(), 1e-7), 1.0)
