"""Block, compare and score on one machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.block.index import BlockIndex, build_index
from linkage.compare.census import Census, NameShares, census_of_rules, take_census
from linkage.compare.kernels.sides import Side
from linkage.compare.prepare import plan_of_levels, side_of
from linkage.compare.vector import levels_of
from linkage.engine.bulk import Kept, everything, meet_all
from linkage.engine.judging import Judge, Judgement, with_several
from linkage.records import Int32, Int64, LevelTable, PairEvidence, PairTable, StandardTable
from linkage.score.bands import BANDS
from linkage.score.em import Estimate, count_shares, estimate
from linkage.score.explain import explain
from linkage.score.guards import bits_of, guard_ids
from linkage.score.model import Levels, Model
from linkage.score.plan import plan_of
from linkage.score.start import starting_model
from linkage.score.weigh import Weights, weigh
from rules.matching import BlockingRule, MatchField
from rules.policy import Policy

Progress = Callable[[str, int, int], None]  # stage, done, of

RANDOM_PAIRS = 200_000
# A model is estimated on about so many candidate pairs; more change nothing.
TRAINING_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class Space:
    """Records ready to be compared: their columns, as the kernels read them, their blocks, and the census they are seen under."""

    table: StandardTable
    side: Side
    index: BlockIndex
    census: Census


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs with all that the engine found out about them."""

    pairs: PairTable
    compared: LevelTable
    weights: Weights

    @classmethod
    def of(cls, kept: Kept, model: Model, census: Census, least: float) -> "Scored":
        """The kept pairs that have a probability of at least `least`."""
        scored = cls(kept.pairs, kept.levels, weigh(model, kept.levels, census.records))
        return scored.take(np.flatnonzero(scored.weights.probability >= least))

    def take(self, rows: Int64) -> "Scored":
        """Some of the pairs, in the order of `rows`."""
        pairs, compared, weights = self.pairs, self.compared, self.weights
        return Scored(
            PairTable(pairs.left[rows], pairs.right[rows], pairs.rules[rows]),
            LevelTable(compared.levels[rows], compared.rarity[rows]),
            Weights(weights.prior, weights.fields[rows], weights.others[rows]),
        )


@dataclass(frozen=True, slots=True)
class Engine:
    """What to compare and which pairs; the model comes from the rules or is estimated on the table."""

    fields: tuple[MatchField, ...]
    levels: Levels
    blocking: tuple[BlockingRule, ...]
    shares: NameShares

    def prepare(self, table: StandardTable, census: Census | None = None, *, singletons: bool = False) -> Space:
        """`census`: seen under a census taken before; without it one is taken of this very table.

        `singletons`: with the keys of single rows, for records that come later.
        """
        index = build_index(table, self.blocking, crowding=census.crowding if census else None, singletons=singletons)
        taken = census or take_census(table, self.fields, self.shares, index.crowding)
        return Space(table, side_of(table, self.fields, taken), index, taken)

    def lone_pairs(self, table: StandardTable, records: int) -> Space:
        """For pairs without a table around them: seen under the census of the rules, in a table of `records`."""
        return self.prepare(table, census_of_rules(records, self.fields, self.shares))

    def score(self, space: Space, pairs: PairTable, model: Model) -> Scored:
        """Compare and weigh the given pairs of rows, whether or not blocking lets them meet."""
        compared = levels_of(space.side, space.side, pairs, plan_of_levels(self.fields, self.levels))
        return Scored(pairs, compared, weigh(model, compared, space.census.records))

    def find(
        self,
        space: Space,
        model: Model,
        least: float,
        *,
        across_only: bool = False,
        workers: int = 0,
        progress: Progress | None = None,
    ) -> tuple[Scored, int]:
        """All candidate pairs with a probability of at least `least`, ascending, and how many were compared.

        `across_only`: only pairs of two sources (linking two files). `workers`: threads, 0 = one a processor.
        """

        def step(done: int, rows: int) -> None:
            if progress:
                progress("compare", done, rows)

        plan = plan_of(model, space.census.records)
        ask = everything(space.side, space.index, source_numbers(space.table) if across_only else None)
        kept = meet_all(ask, plan, floor_bits(least), workers=workers, step=step)
        return Scored.of(kept, model, space.census, least), kept.compared

    def train(self, space: Space, *, family: bool, seed: int, workers: int = 0) -> Estimate:
        """Estimate a model on a table without labels: u from random pairs, the other classes by EM on the candidate pairs."""
        sizes = [len(self.levels[field.compare]) for field in self.fields]
        plan, records = plan_of_levels(self.fields, self.levels), len(space.table)
        strangers = count_shares(levels_of(space.side, space.side, random_pairs(space.table, seed), plan).levels, sizes)
        model = starting_model(self.fields, self.levels, strangers, family=family)
        kept, share = self.some_candidates(space, workers)
        found = estimate(model, kept.levels.levels, records, share=share)
        return replace(found, model=replace(found.model, population=max(records, 2)))

    def some_candidates(self, space: Space, workers: int = 0) -> tuple[Kept, float]:
        """Levels of the candidate pairs of some evenly spaced records, and the share of all candidate pairs that these are."""
        ask = everything(space.side, space.index)
        sizes = np.diff(space.index.starts)
        stride = max(1, round(float(sizes @ (sizes - 1)) / 2 / TRAINING_PAIRS))
        rows = np.sort(_by_id(space.table)[::stride])
        chosen = np.zeros(len(ask.rows), dtype=np.uint8)
        chosen[rows] = 1
        kept = meet_all(
            replace(ask, rows=rows, new=chosen), plan_of_levels(self.fields, self.levels), -np.inf, workers=workers
        )
        return kept, 1 - (1 - len(rows) / max(len(ask.rows), 1)) ** 2


def _by_id(table: StandardTable) -> Int64:
    """The rows in the order of their ids: what is drawn of them then does not depend on the order of the file."""
    return np.array(sorted(range(len(table)), key=table.ids.__getitem__), dtype=np.int64)


def floor_bits(probability: float) -> float:
    """A probability in bits; a little less, so that rounding in the kernel never costs a pair."""
    return float(np.log2(probability / (1 - probability))) - 1e-6


def source_numbers(table: StandardTable) -> Int32:
    """One number a row: that of the State or file it comes from."""
    return np.unique(np.array(table.sources), return_inverse=True)[1].astype(np.int32)


def random_pairs(table: StandardTable, seed: int) -> PairTable:
    """Pairs of rows drawn at random, with replacement; where the table is small, every pair once."""
    size = len(table)
    every = size * (size - 1) // 2
    if every <= RANDOM_PAIRS:
        left, right = np.triu_indices(size, 1)
    else:
        draw = np.random.default_rng(seed)
        left, right = draw.integers(0, size, RANDOM_PAIRS), draw.integers(0, size - 1, RANDOM_PAIRS)
        right = right + (right >= left)
        rows = _by_id(table)
        left, right = np.minimum(rows[left], rows[right]), np.maximum(rows[left], rows[right])
    return PairTable.of(left.astype(np.int64), right.astype(np.int64))


def evidence(
    ids: Sequence[str], scored: Scored, judged: Judgement, model: Model
) -> dict[tuple[int, int], PairEvidence]:
    """PairEvidence of all pairs of `scored`, by (left, right). `ids`: of each row."""
    weights, chances = scored.weights.weight, scored.weights.probability
    found = {}
    for row, (left, right) in enumerate(zip(scored.pairs.left.tolist(), scored.pairs.right.tolist(), strict=True)):
        found[left, right] = PairEvidence(
            left=ids[left],
            right=ids[right],
            weight=float(weights[row]),
            probability=float(chances[row]),
            band=BANDS[judged.bands[row]],
            guards=guard_ids(int(judged.guards[row])),
            lines=explain(model, scored.compared, scored.weights, row),
        )
    return found


def judge(judging: Judge, scored: Scored) -> Judgement:
    """Guards and bands of all pairs of `scored`."""
    return judging.judge(scored.pairs, scored.compared, scored.weights.probability)


def mark_several(
    found: Mapping[tuple[int, int], PairEvidence], policy: Policy, group: Int64, source: Int32 | Int64
) -> dict[tuple[int, int], PairEvidence]:
    """Raise GUARD-SEVERAL on pairs of a record that fits a third record as well. `group`, `source`: see `with_several`."""
    ends = np.array(list(found), dtype=np.int64).reshape(-1, 2)
    pairs = PairTable.of(ends[:, 0], ends[:, 1])
    chances = np.array([one.probability for one in found.values()])
    guards = np.array([bits_of(one.guards) for one in found.values()], dtype=np.int64)
    judged = with_several(guards, pairs, chances, policy, group=group, source=source)
    return {
        pair: replace(one, guards=guard_ids(int(bits)), band=BANDS[code])
        for (pair, one), bits, code in zip(found.items(), judged.guards, judged.bands, strict=True)
    }
