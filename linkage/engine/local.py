"""Block, compare and score on one machine."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.block.candidates import Candidates, find_candidates
from linkage.compare.vector import NameShares, compare_pairs
from linkage.records import LevelTable, PairEvidence, PairTable, StandardTable
from linkage.score.bands import band
from linkage.score.em import Estimate, count_shares, estimate
from linkage.score.explain import explain
from linkage.score.guards import FactReader, raised
from linkage.score.model import Levels, Model
from linkage.score.start import starting_model
from linkage.score.weigh import Weights, weigh
from rules.matching import BlockingRule, MatchField
from rules.policy import Bands

Progress = Callable[[str, int, int], None]  # stage, done, of

RANDOM_PAIRS = 200_000
SEVERAL = "GUARD-SEVERAL"


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs with all that the engine found out about them."""

    pairs: PairTable
    compared: LevelTable
    weights: Weights


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
    engine: Engine, table: StandardTable, scored: Scored, model: Model, bands: Bands, *, rows: Sequence[int]
) -> dict[tuple[int, int], PairEvidence]:
    """PairEvidence of the given rows of `scored`, by (left, right); guards and bands included."""
    reader = FactReader(table) if "birth_date" in table.dates and "child" in table.names else None
    found = {}
    weights, chances = scored.weights.weight, scored.weights.probability
    for row in rows:
        left, right = int(scored.pairs.left[row]), int(scored.pairs.right[row])
        guards = _guards(engine, reader, scored, row) if reader else ()
        chance = float(chances[row])
        found[left, right] = PairEvidence(
            left=table.ids[left],
            right=table.ids[right],
            weight=float(weights[row]),
            probability=chance,
            band=band(chance, guards, bands),
            guards=guards,
            lines=explain(model, scored.compared, scored.weights, row),
        )
    return found


def _guards(engine: Engine, reader: FactReader, scored: Scored, row: int) -> tuple[str, ...]:
    levels: dict[str, str] = {}
    rarity = 0.0
    for number, field in enumerate(engine.fields):
        levels[field.compare] = engine.levels[field.compare][int(scored.compared.levels[row, number])].id
        if field.compare in ("given_names", "surnames"):
            rarity += float(scored.compared.rarity[row, number])
    return raised(reader.facts(int(scored.pairs.left[row]), int(scored.pairs.right[row]), levels, rarity))


def mark_several(
    found: Mapping[tuple[int, int], PairEvidence], bands: Bands, together: Iterable[tuple[int, ...]] = ()
) -> dict[tuple[int, int], PairEvidence]:
    """Raise GUARD-SEVERAL on pairs of a record that fits a third record as well.

    `together`: groups of rows that are shown to a person as one; a third record of the same group is no news there.
    """
    group_of = {row: frozenset(members) for members in together for row in members}
    partners: dict[int, set[int]] = {}
    for left, right in found:
        partners.setdefault(left, set()).add(right)
        partners.setdefault(right, set()).add(left)
    marked = dict(found)
    for (left, right), one in found.items():
        seen = group_of[left] if group_of.get(left, left) == group_of.get(right, right) else {left, right}
        if (partners[left] | partners[right]) - seen:
            guards = (*one.guards, SEVERAL)
            marked[left, right] = replace(one, guards=guards, band=band(one.probability, guards, bands))
    return marked
