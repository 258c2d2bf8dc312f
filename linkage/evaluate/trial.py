"""One honest trial: match a table whose truth is known, with the rules as they are, and count."""

from collections.abc import Mapping
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
from linkage.records import Float64, Int64
from linkage.score.bands import AUTO
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


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the matching said, in columns: the cluster of each row, and the pairs shown with score and whether in auto."""

    clusters: Int64
    shown: RowPairs
    chances: Float64
    weights: Float64
    auto: NDArray[np.bool_]
    candidate_pairs: int

    @classmethod
    def of(cls, found: Linked) -> "Answer":
        """The answer of `link`."""
        pairs, weights = found.scored.pairs, found.scored.weights
        shown = RowPairs(pairs.left, pairs.right, len(found.clusters))
        auto: NDArray[np.bool_] = found.judged.bands == AUTO
        return cls(found.clusters, shown, weights.probability, weights.weight, auto, found.candidate_pairs)

    def about(self, labels: Labels) -> "Answer":
        """The part of it that speaks of rows whose child is known."""
        keep = labels.known(self.shown)
        clusters = np.where(labels.child == NONE, NONE, self.clusters)
        shown, auto = self.shown.where(keep), self.auto[keep]
        return Answer(clusters, shown, self.chances[keep], self.weights[keep], auto, self.candidate_pairs)


def run_trial(sample: Sample, rulebook: Rulebook, *, progress: Progress | None = None) -> Trial:
    """Link the sample and count against its truth."""
    table, truth = record_table(sample)
    found = link(table, Matcher.of_rules(rulebook), progress=progress)
    return measure(labels_of(truth), Answer.of(found), rulebook.policy)


def measure(labels: Labels, answer: Answer, policy: Policy) -> Trial:
    """Count what was found against the labels, of which at least one row has a child."""
    answer = answer.about(labels)
    shown, true, joined = answer.shown, pairs_within(labels.child), pairs_within(answer.clusters)
    auto = shown.where(answer.auto)
    marks = Marks(policy.bands.near, policy.groups.link, policy.bands.auto)
    at = sorted({*(least for least in THRESHOLDS if least > marks.near), marks.near, marks.link, marks.auto})
    one_child = shown.share(labels.child)
    tradition, damage = labels.true_kinds(true)
    known, size = labels.child[labels.child != NONE], len(labels.child)
    return Trial(
        records=size,
        labelled=len(known),
        children=len(np.unique(known)),
        candidate_pairs=answer.candidate_pairs,
        reduction=float(recordlinkage.reduction_ratio(answer.candidate_pairs, size)) if size > 1 else 0.0,
        marks=marks,
        linked=pair_measures(true, joined),
        near=pair_measures(true, shown),
        auto=pair_measures(true, auto),
        clusters=cluster_measures(labels.child, answer.clusters),
        by_tradition=recall_by(true, shown, joined, tradition),
        by_damage=recall_by(true, shown, joined, damage),
        false_merges=_false_merges(labels, answer.clusters, joined, auto),
        calibration=calibration(answer.chances, one_child),
        thresholds=thresholds(answer.chances, one_child, len(true), at),
        histogram=histogram(answer.weights, one_child),
    )


def _false_merges(labels: Labels, cluster: Int64, joined: RowPairs, auto: RowPairs) -> tuple[FalseMerges, ...]:
    """By kind of relation, and the rest, so that every false merge is counted at least once. Kinds may overlap."""
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
