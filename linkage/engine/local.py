"""Block, compare and score on one machine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.block.candidates import Candidates, find_candidates
from linkage.compare.vector import NameShares, compare_pairs
from linkage.engine.judging import Judge, with_several
from linkage.records import Int64, LevelTable, PairEvidence, PairTable, StandardTable
from linkage.score.bands import BANDS
from linkage.score.em import Estimate, count_shares, estimate
from linkage.score.explain import explain
from linkage.score.guards import bits_of, guard_ids
from linkage.score.model import Levels, Model
from linkage.score.start import starting_model
from linkage.score.weigh import Weights, weigh
from rules.matching import BlockingRule, MatchField
from rules.policy import Policy
from rules.rulebook import Rulebook

Progress = Callable[[str, int, int], None]  # stage, done, of

RANDOM_PAIRS = 200_000


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs with all that the engine found out about them."""

    pairs: PairTable
    compared: LevelTable
    weights: Weights

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

    def candidates(self, table: StandardTable, *, across_only: bool = False) -> Candidates:
        return find_candidates(table, self.blocking, across_only=across_only)

    def compare(self, table: StandardTable, pairs: PairTable, progress: Progress | None = None) -> LevelTable:
        def step(done: int) -> None:
            if progress:
                progress("compare", done, len(self.fields))

        return compare_pairs(table, pairs, self.fields, self.levels, shares=self.shares, progress=step)

    def score(
        self, table: StandardTable, pairs: PairTable, model: Model, *, records: int, progress: Progress | None = None
    ) -> Scored:
        """Compare and weigh; `records`: size of the table that the pairs come from."""
        compared = self.compare(table, pairs, progress)
        return Scored(pairs, compared, weigh(model, compared, records))

    def train(self, table: StandardTable, pairs: PairTable, *, family: bool, seed: int) -> Estimate:
        """Estimate a model on a table without labels: u from random pairs, the other classes by EM on the candidate pairs."""
        sizes = [len(self.levels[field.compare]) for field in self.fields]
        strangers = count_shares(self.compare(table, random_pairs(table, seed)).levels, sizes)
        model = starting_model(self.fields, self.levels, strangers, family=family)
        found = estimate(model, self.compare(table, pairs).levels, len(table))
        return replace(found, model=replace(found.model, population=max(len(table), 2)))


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
        left, right = np.minimum(left, right), np.maximum(left, right)
    return PairTable(left.astype(np.int64), right.astype(np.int64), np.zeros(len(left), dtype=np.int64))


def evidence(
    engine: Engine, table: StandardTable, scored: Scored, model: Model, rulebook: Rulebook, *, rows: Sequence[int]
) -> dict[tuple[int, int], PairEvidence]:
    """PairEvidence of the given rows of `scored`, by (left, right); guards and bands included."""
    asked = scored.take(np.asarray(rows, dtype=np.int64))
    pairs, weights, chances = asked.pairs, asked.weights.weight, asked.weights.probability
    judged = Judge.of(engine.fields, rulebook, table).judge(pairs, asked.compared, chances)
    found = {}
    for row, (left, right) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)):
        found[left, right] = PairEvidence(
            left=table.ids[left],
            right=table.ids[right],
            weight=float(weights[row]),
            probability=float(chances[row]),
            band=BANDS[judged.bands[row]],
            guards=guard_ids(int(judged.guards[row])),
            lines=explain(model, asked.compared, asked.weights, row),
        )
    return found


def mark_several(
    found: Mapping[tuple[int, int], PairEvidence], policy: Policy, together: Iterable[tuple[int, ...]] = ()
) -> dict[tuple[int, int], PairEvidence]:
    """Raise GUARD-SEVERAL on pairs of a record that fits a third record as well.

    `together`: groups of rows that are shown to a person as one; a third record of the same group is no news there.
    """
    ends = np.array(list(found), dtype=np.int64).reshape(-1, 2)
    pairs = PairTable(ends[:, 0], ends[:, 1], np.zeros(len(ends), dtype=np.int64))
    chances = np.array([one.probability for one in found.values()])
    guards = np.array([bits_of(one.guards) for one in found.values()], dtype=np.int64)
    judged = with_several(guards, pairs, chances, policy, together)
    return {
        pair: replace(one, guards=guard_ids(int(bits)), band=BANDS[code])
        for (pair, one), bits, code in zip(found.items(), judged.guards, judged.bands, strict=True)
    }
