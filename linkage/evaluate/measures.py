"""How good the matching is, counted against the truth: precision and recall (recordlinkage), by tradition, on twins and siblings."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import pandas as pd
import recordlinkage

IdPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PairMeasures:
    """Pairwise figures of one decision rule."""

    true_pairs: int
    found_pairs: int
    precision: float
    recall: float
    f1: float


def pairs_within(group_of: Mapping[str, str]) -> set[IdPair]:
    """All pairs of records that carry the same group, each pair in ascending order."""
    groups: dict[str, list[str]] = {}
    for record, group in group_of.items():
        groups.setdefault(group, []).append(record)
    return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}


def pair_measures(true: Collection[IdPair], found: Collection[IdPair]) -> PairMeasures:
    """Precision, recall and F1 of the found pairs; figures that have nothing to divide by are 1."""
    if not true or not found:
        hit = float(not true and not found)
        return PairMeasures(len(true), len(found), hit if found else 1.0, hit if true else 1.0, hit)
    truth, prediction = _index(true), _index(found)
    precision = float(recordlinkage.precision(truth, prediction))
    recall = float(recordlinkage.recall(truth, prediction))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return PairMeasures(len(true), len(found), precision, recall, f1)


def recall_by(
    true: Iterable[IdPair], found: Collection[IdPair], kind_of: Mapping[str, str]
) -> dict[str, tuple[int, float]]:
    """Number of true pairs and recall for each kind of the first record (a naming tradition, a damage kind)."""
    by_kind: dict[str, list[bool]] = {}
    for pair in true:
        by_kind.setdefault(kind_of[pair[0]], []).append(pair in found)
    return {kind: (len(hits), sum(hits) / len(hits)) for kind, hits in sorted(by_kind.items())}


def calibration(scored: Iterable[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """Reliability: mean probability, observed share of true pairs, and number of pairs in each tenth."""
    found: dict[int, list[tuple[float, bool]]] = {}
    for chance, true in scored:
        found.setdefault(min(int(chance * bins), bins - 1), []).append((chance, true))
    return [
        (sum(chance for chance, _ in some) / len(some), sum(true for _, true in some) / len(some), len(some))
        for _, some in sorted(found.items())
    ]


def _index(pairs: Collection[IdPair]) -> "pd.MultiIndex":
    return pd.MultiIndex.from_tuples(sorted(pairs))
