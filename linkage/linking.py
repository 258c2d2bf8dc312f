"""Deduplicates one table or links two, without a database: scored pairs and clusters. `nearmatch link`."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linkage.block.index import RuleBlocks
from linkage.cluster.groups import Limits, group
from linkage.cluster.links import Links
from linkage.engine.judging import Judge, Judgement, with_several
from linkage.engine.local import Progress, Scored, Space, evidence, judge, source_numbers
from linkage.engine.matcher import Matcher
from linkage.records import Int64, PairEvidence, RecordTable
from linkage.score.bands import BANDS
from linkage.score.guards import guard_ids
from linkage.score.model import Model

SEED = 20_260_901  # of the random pairs that stand for strangers


@dataclass(frozen=True, slots=True)
class Linked:
    """`clusters`: one number a record, in row order. `scored`, `judged`: the pairs at or above the near band, ascending."""

    clusters: Int64
    space: Space
    model: Model
    scored: Scored
    judged: Judgement
    candidate_pairs: int
    blocking: tuple[RuleBlocks, ...]
    left_out: int  # links at or above the limit that no cluster holds, because the other pairs speak against it

    def pair_rows(self) -> Iterator[tuple[str, str, float, str, tuple[str, ...]]]:
        """Both ids, probability, band and guards of each pair, best first: what a file of many pairs holds."""
        ids, pairs, chances = self.space.table.ids, self.scored.pairs, self.scored.weights.probability
        for row in np.lexsort((pairs.right, pairs.left, -chances)).tolist():
            left, right = ids[pairs.left[row]], ids[pairs.right[row]]
            yield (
                left,
                right,
                float(chances[row]),
                BANDS[self.judged.bands[row]],
                guard_ids(int(self.judged.guards[row])),
            )

    @property
    def pairs(self) -> tuple[PairEvidence, ...]:
        """The pairs with their explanations, best first; made anew each time, so not for millions."""
        found = evidence(self.space.table.ids, self.scored, self.judged, self.model)
        return tuple(sorted(found.values(), key=lambda one: (-one.probability, one.left, one.right)))


def link(
    table: RecordTable,
    matcher: Matcher,
    *,
    across_only: bool = False,
    workers: int = 0,
    progress: Progress | None = None,
) -> Linked:
    """Cluster the rows of `table`. A model without weights is estimated first.

    `across_only`: only pairs of two sources. `workers`: threads, 0 = one a processor; the result does not depend on it.
    """
    policy = matcher.rulebook.policy
    space = matcher.prepare(table, progress=progress)
    if matcher.model is None:
        matcher = matcher.trained_on(space, seed=SEED, workers=workers)
    scored, compared = matcher.engine.find(
        space, matcher.ready(), policy.bands.near, across_only=across_only, workers=workers, progress=progress
    )
    chances = scored.weights.probability
    links = Links.of(len(table), scored.pairs.left, scored.pairs.right, chances)
    grouping = group(links, Limits(policy.groups.link), table.ids)
    alone = judge(Judge.of(matcher.engine.fields, matcher.rulebook, space.table), scored)
    return Linked(
        clusters=grouping.numbers(),
        space=space,
        model=matcher.ready(),
        scored=scored,
        judged=with_several(
            alone.guards, scored.pairs, chances, policy, group=grouping.first, source=source_numbers(space.table)
        ),
        candidate_pairs=compared,
        blocking=space.index.rules,
        left_out=len(grouping.left_out),
    )
