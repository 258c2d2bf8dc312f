"""How good the matching is, counted against the truth. Precision, recall and F1 are those of recordlinkage.

A pair of rows is found or not, true or not; a group of rows is a child's records exactly or not. Intervals of F1 come from
drawing anew the islands of rows that neither the truth nor the matching connects: pairs of one child are not independent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import recordlinkage
from numpy.typing import NDArray

from linkage.cluster.links import components
from linkage.evaluate.intervals import Range, bootstrap, wilson
from linkage.evaluate.pairs import NONE, RowPairs, together
from linkage.records import Float64, Int64


@dataclass(frozen=True, slots=True)
class PairMeasures:
    """Pairwise figures of one decision rule; a figure that has nothing to divide by is 1, and F1 is then 0 or 1."""

    true_pairs: int
    found_pairs: int
    hits: int  # pairs that are both
    f1_range: Range

    @property
    def confusion(self) -> NDArray[np.int64]:
        """As recordlinkage has it: true positives and false negatives, false positives and (not counted) the rest."""
        return np.array([[self.hits, self.true_pairs - self.hits], [self.found_pairs - self.hits, 0]])

    @property
    def precision(self) -> float:
        return float(recordlinkage.precision(self.confusion)) if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        return float(recordlinkage.recall(self.confusion)) if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        if self.hits:
            return float(recordlinkage.fscore(self.confusion))
        return float(not self.true_pairs and not self.found_pairs)

    @property
    def precision_range(self) -> Range:
        return wilson(self.hits, self.found_pairs)

    @property
    def recall_range(self) -> Range:
        return wilson(self.hits, self.true_pairs)


@dataclass(frozen=True, slots=True)
class ClusterMeasures:
    """Figures of the groups as wholes. Counts are of groups and children with two records or more.

    B-cubed (Bagga & Baldwin 1998): for each record, the share of its group that is its child (precision), and the share of its
    child that is in its group (recall); the mean over all records, those that stand alone included.
    """

    found_groups: int
    true_groups: int
    exact: int  # groups that hold all records of one child and nothing else
    exact_range: Range  # of exact_f1
    b3_precision: float
    b3_recall: float
    b3_precision_range: Range
    b3_recall_range: Range
    b3_range: Range

    @property
    def exact_precision(self) -> float:
        return self.exact / self.found_groups if self.found_groups else 1.0

    @property
    def exact_recall(self) -> float:
        return self.exact / self.true_groups if self.true_groups else 1.0

    @property
    def exact_f1(self) -> float:
        both = self.found_groups + self.true_groups
        return 2 * self.exact / both if both else 1.0

    @property
    def b3_f1(self) -> float:
        return 2 * self.b3_precision * self.b3_recall / (self.b3_precision + self.b3_recall)


@dataclass(frozen=True, slots=True)
class KindRecall:
    """Of the true pairs of one kind, how many are shown to people, and how many are joined."""

    pairs: int
    shown: int
    joined: int

    @property
    def recall(self) -> float:
        return self.shown / self.pairs if self.pairs else 1.0

    @property
    def range(self) -> Range:
        return wilson(self.shown, self.pairs)


def pair_measures(true: RowPairs, found: RowPairs) -> PairMeasures:
    """Count the found pairs against the true ones; both over the same rows."""
    hit = found.among(true)
    islands = _islands(true.rows, (true.left, true.right), (found.left, found.right))
    kinds = (found.left[hit], found.left, true.left)
    units = int(islands.max(initial=-1)) + 1
    counts: Float64 = np.stack([np.bincount(islands[left], minlength=units) for left in kinds], axis=1).astype(float)
    return PairMeasures(len(true), len(found), int(hit.sum()), bootstrap(counts, _f1))


def cluster_measures(child: Int64, cluster: Int64) -> ClusterMeasures:
    """Compare groups with children, by row; at least one row must carry both. Rows that lack one (NONE) are left out."""
    known = (child != NONE) & (cluster != NONE)
    child, cluster = (np.unique(codes[known], return_inverse=True)[1] for codes in (child, cluster))
    of_child, of_cluster, of_both = (np.bincount(codes)[codes] for codes in (child, cluster, together(child, cluster)))
    exact = (of_child == of_cluster) & (of_both == of_child) & (of_child > 1)
    # What each record adds to: records, B-cubed precision and recall, exact groups, found groups, children.
    parts = [np.ones(len(child)), of_both / of_cluster, of_both / of_child]
    parts += [exact / of_child, (of_cluster > 1) / of_cluster, (of_child > 1) / of_child]
    islands = _islands(len(child), _star(child), _star(cluster))
    sums = [np.bincount(islands, weights=part) for part in parts]
    units: Float64 = np.stack(sums, axis=1).astype(float).round(9)  # so that equal units are seen to be equal
    records, b3_precision, b3_recall, *groups = units.sum(axis=0)
    exact_groups, found_groups, true_groups = (round(float(number)) for number in groups)
    return ClusterMeasures(
        found_groups=found_groups,
        true_groups=true_groups,
        exact=exact_groups,
        exact_range=bootstrap(units[:, 3:], _f1),
        b3_precision=float(b3_precision / records),
        b3_recall=float(b3_recall / records),
        b3_precision_range=bootstrap(units, lambda sums: sums[:, 1] / sums[:, 0]),
        b3_recall_range=bootstrap(units, lambda sums: sums[:, 2] / sums[:, 0]),
        b3_range=bootstrap(units, _b3_f1),
    )


def recall_by(
    true: RowPairs, shown: RowPairs, joined: RowPairs, kinds: Mapping[str, NDArray[np.bool_]]
) -> dict[str, KindRecall]:
    """Recall of each kind of true pair; `kinds`: name -> for each true pair whether it is of that kind."""
    is_shown, is_joined = true.among(shown), true.among(joined)
    return {
        name: KindRecall(int(mask.sum()), int((mask & is_shown).sum()), int((mask & is_joined).sum()))
        for name, mask in sorted(kinds.items())
        if mask.any()
    }


def _f1(sums: Float64) -> Float64:
    """hits, found, true -> F1; a draw in which nothing was to be found is perfect."""
    both = sums[:, 1] + sums[:, 2]
    f1: Float64 = np.where(both > 0, 2 * sums[:, 0] / np.maximum(both, 1e-9), 1.0)
    return f1


def _b3_f1(sums: Float64) -> Float64:
    f1: Float64 = 2 * sums[:, 1] * sums[:, 2] / (sums[:, 1] + sums[:, 2]) / sums[:, 0]
    return f1


def _star(codes: Int64) -> tuple[Int64, Int64]:
    """Ties every row to the first row of its code."""
    return np.arange(len(codes)), np.unique(codes, return_index=True)[1][codes]


def _islands(rows: int, *ties: tuple[Int64, Int64]) -> Int64:
    """Number of the connected component of each row."""
    left, right = (np.concatenate(ends) for ends in zip(*ties, strict=True))
    return components(rows, left, right)
