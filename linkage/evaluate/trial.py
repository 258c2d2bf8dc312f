"""One honest trial: match a table whose truth is known, with the rules as they are, and count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import recordlinkage
from numpy.typing import NDArray

from linkage.engine.local import Progress
from linkage.engine.matcher import Matcher
from linkage.evaluate.labels import RELATIONS, Labels, labels_of
from linkage.evaluate.measures import (
    ClusterMeasures,
    KindRecall,
    PairMeasures,
    cluster_measures,
    pair_measures,
    recall_by,
)
from linkage.evaluate.pairs import NONE, RowPairs, pairs_within
from linkage.evaluate.sample import Sample, record_table
from linkage.evaluate.scores import THRESHOLDS, Calibration, ScoreBin, Threshold, calibration, histogram, thresholds
from linkage.linking import Linked, link
from linkage.records import Float64, Int64, PairEvidence, RecordTable
from rules.policy import Policy
from rules.rulebook import Rulebook

OTHERS = "any other two children"


@dataclass(frozen=True, slots=True)
class FalseMerges:
    """Pairs of two different children of one kind: how many there are, are joined by `link`, and stand in `auto`."""

    kind: str
    pairs: int
    joined: int
    auto: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the policy draws its lines, as probabilities."""

    near: float
    link: float
    auto: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Figures of the `labelled` records; pairs with a record whose child is not known are counted nowhere."""

    records: int
    labelled: int
    children: int
    candidate_pairs: int
    reduction: float  # share of all pairs that blocking spares (recordlinkage's reduction ratio)
    marks: Marks
    linked: PairMeasures  # pairs in one cluster of `link`
    near: PairMeasures  # pairs shown to people: near and auto
    auto: PairMeasures
    clusters: ClusterMeasures
    by_tradition: Mapping[str, KindRecall]
    by_damage: Mapping[str, KindRecall]
    false_merges: tuple[FalseMerges, ...]
    calibration: Calibration
    thresholds: tuple[Threshold, ...]
    histogram: tuple[ScoreBin, ...]


def run_trial(sample: Sample, rulebook: Rulebook, *, progress: Progress | None = None) -> Trial:
    """Link the sample and count against its truth."""
    table, truth = record_table(sample)
    found = link(table, Matcher.of_rules(rulebook), progress=progress)
    return measure(table, labels_of(truth), found, rulebook.policy)


def measure(table: RecordTable, labels: Labels, found: Linked, policy: Policy) -> Trial:
    """Count what was found in `table` against its labels, of which at least one row has a child."""
    scored = _scored(table, found.pairs).among_known(labels)
    shown = scored.pairs
    true = pairs_within(labels.child)
    cluster = np.where(labels.child == NONE, NONE, np.array(found.clusters, dtype=np.int64))
    joined = pairs_within(cluster)
    auto = shown.where(scored.auto)
    marks = Marks(policy.bands.near, policy.groups.link, policy.bands.auto)
    one_child = shown.share(labels.child)
    tradition, damage = labels.true_kinds(true)
    at = sorted({*(least for least in THRESHOLDS if least > marks.near), marks.near, marks.link, marks.auto})
    size = len(table)
    return Trial(
        records=size,
        labelled=int((labels.child != NONE).sum()),
        children=len(np.unique(labels.child[labels.child != NONE])),
        candidate_pairs=found.candidate_pairs,
        reduction=float(recordlinkage.reduction_ratio(found.candidate_pairs, size)) if size > 1 else 0.0,
        marks=marks,
        linked=pair_measures(true, joined),
        near=pair_measures(true, shown),
        auto=pair_measures(true, auto),
        clusters=cluster_measures(labels.child, cluster),
        by_tradition=recall_by(true, shown, joined, tradition),
        by_damage=recall_by(true, shown, joined, damage),
        false_merges=_false_merges(labels, cluster, joined, auto),
        calibration=calibration(scored.chances, one_child),
        thresholds=thresholds(scored.chances, one_child, len(true), at),
        histogram=histogram(scored.weights, one_child),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """The pairs shown, in columns; `auto`: whether they stand in that band."""

    pairs: RowPairs
    chances: Float64
    weights: Float64
    auto: NDArray[np.bool_]

    def among_known(self, labels: Labels) -> "_Scored":
        keep = labels.known(self.pairs)
        return _Scored(self.pairs.where(keep), self.chances[keep], self.weights[keep], self.auto[keep])


def _scored(table: RecordTable, pairs: Sequence[PairEvidence]) -> _Scored:
    row = {record: number for number, record in enumerate(table.ids)}
    ends = np.array([(row[one.left], row[one.right]) for one in pairs], dtype=np.int64).reshape(-1, 2)
    return _Scored(
        RowPairs(ends.min(axis=1), ends.max(axis=1), len(table)),
        np.array([one.probability for one in pairs], dtype=float),
        np.array([one.weight for one in pairs], dtype=float),
        np.array([one.band == "auto" for one in pairs], dtype=bool),
    )


def _false_merges(labels: Labels, cluster: Int64, joined: RowPairs, auto: RowPairs) -> tuple[FalseMerges, ...]:
    """By kind of relation, and the rest: so that every false merge is counted at least once."""
    counted = []
    unrelated_joined, unrelated_auto = ~joined.share(labels.child), ~auto.share(labels.child)
    for relation in RELATIONS:
        if relation in labels.relations:
            in_auto = labels.are_different(relation, auto)
            unrelated_joined &= ~labels.are_different(relation, joined)
            unrelated_auto &= ~in_auto
            pairs, merged = labels.different(relation), labels.different(relation, cluster)
            counted.append(FalseMerges(relation, pairs, merged, int(in_auto.sum())))
    known = int((labels.child != NONE).sum())
    different = known * (known - 1) // 2 - len(pairs_within(labels.child)) - sum(one.pairs for one in counted)
    counted.append(FalseMerges(OTHERS, different, int(unrelated_joined.sum()), int(unrelated_auto.sum())))
    return tuple(counted)
