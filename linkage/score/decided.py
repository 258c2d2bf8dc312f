"""Sharpens a model with what people have decided: semi-supervised EM (Nigam et al. 2000; Larsen & Rubin 2001 for linkage).

Decided pairs enter with the classes that the decision leaves open: "same" is one child; "twins" is twins or siblings;
"different" is any class but one child. The undecided candidate pairs enter as in `score.em`. They must: decided pairs were
all shown, so they look alike; on their own they would teach that brothers usually have like names. The shares of the model
stand as PSEUDO_PAIRS pairs of each class, so that few decisions move little.

What is sharpened is tried on decisions that were held back, and is of use only if it is not worse on them.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linkage.records import Float64, Int8, Int64, LevelTable
from linkage.score.calibrate import log_loss, shift_bits
from linkage.score.em import MOST_ROUNDS, STILL, Estimate
from linkage.score.model import Model, PairClass
from linkage.score.weigh import weigh

SAME, DIFFERENT, TWINS = range(3)  # what was said of a pair
LEAST = 200  # decisions of each side, same and different, below which nothing is learned
PSEUDO_PAIRS = 1_000.0
HELD_OUT = 0.3
# One child, siblings, twins, namesakes, strangers: the classes that each verdict leaves open.
_OPEN = np.array([[1, 0, 0, 0, 0], [0, 1, 1, 1, 1], [0, 1, 1, 0, 0]], dtype=float)
_TWINS = 2  # its class; learned from "twins" alone, for without labels twins take the place of one child


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Pairs as people saw them. `islands`: pairs with one number share records, and are held back together."""

    compared: LevelTable
    verdicts: Int8
    islands: Int64

    def take(self, keep: NDArray[np.bool_]) -> "Decided":
        """Some of the pairs."""
        compared = LevelTable(self.compared.levels[keep], self.compared.rarity[keep])
        return Decided(compared, self.verdicts[keep], self.islands[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Undecided:
    """Levels of candidate pairs that nobody has decided; `share` of all of them, in a table of `records`."""

    levels: Int8
    records: int
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Sharpened:
    """`before`, `after`: log loss in bits a pair on the decisions held back; smaller is better."""

    estimate: Estimate
    learned: int
    held_out: int
    before: float
    after: float

    @property
    def is_better(self) -> bool:
        return self.after <= self.before


def sharpen(model: Model, decided: Decided, undecided: Undecided, *, seed: int) -> Sharpened:
    """Learn from most of the decisions, and try the rest. `model` has siblings, twins and namesakes."""
    back = _held_back(decided.islands, seed)
    learn, test = decided.take(~back), decided.take(back)
    estimate = _estimate(model, learn, undecided)
    shift = shift_bits(
        weigh(replace(estimate.model, calibration=0.0), learn.compared, undecided.records).weight,
        learn.verdicts == SAME,
    )
    estimate = replace(estimate, model=replace(estimate.model, calibration=shift))
    before, after = (
        log_loss(weigh(one, test.compared, undecided.records).weight, test.verdicts == SAME)
        for one in (model, estimate.model)
    )
    return Sharpened(estimate, len(learn.verdicts), len(test.verdicts), before, after)


def _held_back(islands: Int64, seed: int) -> NDArray[np.bool_]:
    """Which pairs are held back: whole islands, so that no child is on both sides."""
    distinct, of = np.unique(islands, return_inverse=True)
    chosen: NDArray[np.bool_] = (np.random.default_rng(seed).random(len(distinct)) < HELD_OUT)[of]
    return chosen


def _estimate(model: Model, decided: Decided, undecided: Undecided) -> Estimate:
    patterns, times = np.unique(undecided.levels, axis=0, return_counts=True)
    counts = times / undecided.share
    start = (model.match, *model.alike)
    rounds, moved = 0, 1.0
    while rounds < MOST_ROUNDS and moved >= STILL:
        rounds += 1
        free = _chances(model, patterns, undecided.records, np.ones((len(patterns), len(_OPEN[0])))) * counts
        told = _chances(model, decided.compared.levels, undecided.records, _OPEN[decided.verdicts])
        free[_TWINS], told[_TWINS] = 0.0, np.where(decided.verdicts == TWINS, told[_TWINS], 0.0)
        new = tuple(
            _renewed(first, (patterns, free[number]), (decided.compared.levels, told[number]), undecided.records)
            for number, first in enumerate(start)
        )
        moved = max(_moved(old, one) for old, one in zip((model.match, *model.alike), new, strict=True))
        model = model.with_classes(new[0], new[1:])
    return Estimate(model, rounds, moved < STILL, len(undecided.levels) + len(decided.verdicts))


def _chances(model: Model, levels: Int8, records: int, allowed: Float64) -> Float64:
    """Probability of each class (classes x pairs) among those that are open for the pair (pairs x classes)."""
    classes = (model.match, *model.alike)
    priors = [model.prior(one, records) for one in classes]
    shares = [*(one.shares for one in classes), model.strangers]
    logs = np.stack([np.full(len(levels), np.log(prior)) for prior in (*priors, 1 - sum(priors))])
    for number in range(levels.shape[1]):
        logs += np.log(np.stack([one[number] for one in shares]))[:, levels[:, number]]
    logs = np.where(allowed.T > 0, logs, -np.inf)
    parts = np.exp(logs - logs.max(axis=0))
    chances: Float64 = parts / parts.sum(axis=0)
    return chances


def _renewed(
    start: PairClass, undecided: tuple[Int8, Float64], decided: tuple[Int8, Float64], records: int
) -> PairClass:
    """The class with the shares of its pairs, `start` counting as PSEUDO_PAIRS of them.

    How common it is follows from the pairs as well, but for the twins, of whom only those are counted that somebody named.
    """
    pairs = float(undecided[1].sum() + decided[1].sum()) + 1.0
    if start.per_pair:
        start = replace(start, per_pair=2 * pairs / (records * max(records - 1, 1)))
    elif not start.settled:
        start = replace(start, per_record=pairs / records)
    shares = []
    for number, share in enumerate(start.shares):
        counts = PSEUDO_PAIRS * share
        for levels, weight in (undecided, decided):
            counts = counts + np.bincount(levels[:, number], weights=weight, minlength=len(share))
        said = counts[:-1]  # the level `missing` says nothing
        shares.append(np.append(np.maximum(said / said.sum(), 1e-7), 1.0))
    return replace(start, shares=tuple(shares))


def _moved(before: PairClass, after: PairClass) -> float:
    return max(float(np.max(np.abs(new - old))) for old, new in zip(before.shares, after.shares, strict=True))
