"""Deduplicates one table or links two, without a database: scored pairs and clusters. `nearmatch link`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.block.candidates import RuleReport
from linkage.cluster.groups import Limits, Links, group
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
    found = evidence(matcher.engine, standard, scored, matcher.ready(), matcher.rulebook, rows=rows)
    links = Links({pair: one.probability for pair, one in found.items()})
    groups = group(links, Limits(policy.groups.link)).groups
    found = mark_several(found, policy, groups)
    return Linked(
        _numbered(len(table), groups),
        tuple(sorted(found.values(), key=lambda one: (-one.probability, one.left, one.right))),
        len(candidates.pairs),
        candidates.reports,
    )


def _numbered(size: int, groups: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Cluster numbers from 1, in the order of each cluster's first row; a record alone is a cluster of its own."""
    first = {row: members[0] for members in groups for row in members}
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(first.get(row, row), len(numbers) + 1) for row in range(size))
