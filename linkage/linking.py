"""Deduplicates one table or links two, without a database: scored pairs and clusters. `nearmatch link`."""

from dataclasses import dataclass

import numpy as np

from linkage.block.candidates import RuleReport
from linkage.cluster.groups import Limits, group
from linkage.cluster.links import Links
from linkage.engine.local import Progress, evidence, mark_several
from linkage.engine.matcher import Matcher
from linkage.records import PairEvidence, RecordTable

SEED = 20_260_901  # of the random pairs that stand for strangers


@dataclass(frozen=True, slots=True)
class Linked:
    """`clusters`: one number a record, in row order. `pairs`: those at or above the near band, best first."""

    clusters: tuple[int, ...]
    pairs: tuple[PairEvidence, ...]
    candidate_pairs: int
    blocking: tuple[RuleReport, ...]
    left_out: int  # links at or above the limit that no cluster holds, because the other pairs speak against it


def link(
    table: RecordTable, matcher: Matcher, *, across_only: bool = False, progress: Progress | None = None
) -> Linked:
    """Cluster the rows of `table`. `across_only`: only pairs of two sources. A model without weights is estimated first."""
    standard = matcher.standardize(table)
    candidates = matcher.engine.candidates(standard, across_only=across_only)
    if matcher.model is None:
        matcher = matcher.trained_on(standard, candidates.pairs, seed=SEED)
    scored = matcher.score(standard, candidates.pairs, progress=progress)
    policy = matcher.rulebook.policy
    rows = np.flatnonzero(scored.weights.probability >= policy.bands.near).tolist()
    found = mark_several(
        evidence(matcher.engine, standard, scored, matcher.ready(), policy.bands, rows=rows), policy.bands
    )
    links = Links.of_pairs(len(table), {pair: one.probability for pair, one in found.items()})
    grouping = group(links, Limits(policy.groups.link), table.ids)
    return Linked(
        tuple(grouping.numbers().tolist()),
        tuple(sorted(found.values(), key=lambda one: (-one.probability, one.left, one.right))),
        len(candidates.pairs),
        candidates.reports,
        len(grouping.left_out),
    )
