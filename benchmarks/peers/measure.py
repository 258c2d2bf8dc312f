"""How right a program's answer is: pairs and clusters against the truth, counted in NumPy so that millions take seconds.

For two files (FEBRL 4) only pairs across the files count.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and F1; 1 where there is nothing to divide by."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`scored`: pairs at or above the program's own threshold. `best`: the highest F1 that any threshold gives.

    `joined`: pairs that end in one cluster. `whole`: clusters of two records and more that are exactly one child's records.
    """

    scored: Rates
    best: float
    joined: Rates
    whole: Rates


@dataclass(frozen=True, slots=True)
class Known:
    """The truth: row of each record id, true group of each row, and the file that each row is from."""

    row_of: Mapping[str, int]
    group: Ints
    file: Ints

    @property
    def pairs(self) -> int:
        return within(self.group, self.file)


def read_truth(path: Path, column: str, files: Sequence[Path]) -> Known:
    """The groups in `column` of a truth file; each record's file is looked up where there are two."""
    with path.open(encoding="utf-8", newline="") as opened:
        groups = {row["record_id"]: row[column] for row in csv.DictReader(opened)}
    row_of = {record: row for row, record in enumerate(groups)}
    file = np.zeros(len(groups), np.int64) if len(files) > 1 else np.arange(len(groups))
    for number, one in enumerate(files) if len(files) > 1 else ():
        with one.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                file[row_of[row["record_id"]]] = number
    return Known(row_of, codes(list(groups.values())), file)


def codes(values: Sequence[str]) -> Ints:
    """A number for each distinct text, in the order in which they come."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(value, len(seen)) for value in values], np.int64)


def within(group: Ints, file: Ints) -> int:
    """Number of pairs of one group whose files differ; a file for each record lets every pair count."""
    return _pairs_of_equals(group) - _pairs_of_equals(group * (int(file.max(initial=0)) + 1) + file)


def _pairs_of_equals(values: Ints) -> int:
    counts = np.unique(values, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def accuracy(known: Known, clusters: Path, pairs: Path, threshold: float) -> Accuracy:
    """Of the files that a program wrote: `record_id,cluster_id`, and `id_a,id_b,probability` with each pair once."""
    cluster = _read_clusters(known, clusters)
    true, probability = _read_pairs(known, pairs)
    over = probability >= threshold
    found = within(cluster, known.file)
    hit = within(cluster * (int(known.group.max()) + 1) + known.group, known.file)
    return Accuracy(
        _rates(int((true & over).sum()), int(over.sum()), known.pairs),
        best_f1(true, probability, known.pairs),
        _rates(hit, found, known.pairs),
        _whole(cluster, known.group),
    )


def best_f1(true: NDArray[np.bool_], probability: NDArray[np.float64], wanted: int) -> float:
    """The highest F1 of any threshold; pairs of equal probability stand or fall together."""
    order = np.argsort(-probability, kind="stable")
    hits, falling = np.cumsum(true[order]), probability[order]
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)) if len(order) else np.array([], np.int64)
    scores = 2 * hits[last] / (last + 1 + wanted)
    return float(scores.max(initial=0.0))


def _rates(hits: int, found: int, wanted: int) -> Rates:
    return Rates(hits / found if found else 1.0, hits / wanted if wanted else 1.0)


def _whole(cluster: Ints, group: Ints) -> Rates:
    _, of_cluster, cluster_sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    _, of_group, group_sizes = np.unique(group, return_inverse=True, return_counts=True)
    cells = of_cluster * len(group_sizes) + of_group
    cell, sizes = np.unique(cells, return_counts=True)
    exact = (cluster_sizes[cell // len(group_sizes)] == sizes) & (group_sizes[cell % len(group_sizes)] == sizes)
    return _rates(int((exact & (sizes > 1)).sum()), int((cluster_sizes > 1).sum()), int((group_sizes > 1).sum()))


def _read_clusters(known: Known, path: Path) -> Ints:
    with path.open(encoding="utf-8", newline="") as file:
        of = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(file)}
    if of.keys() != known.row_of.keys():
        raise ValueError(f"{path.name} does not hold exactly the records of the truth.")
    return codes([of[record] for record in known.row_of])


def _read_pairs(known: Known, path: Path) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which pairs are true, and their probabilities."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            (known.row_of[row["id_a"]], known.row_of[row["id_b"]], float(row["probability"]))
            for row in csv.DictReader(file)
        ]
    ends = np.array([row[:2] for row in rows], np.int64).reshape(-1, 2)
    if len(np.unique(np.sort(ends, axis=1), axis=0)) != len(ends):
        raise ValueError(f"{path.name} names a pair twice.")
    return known.group[ends[:, 0]] == known.group[ends[:, 1]], np.array([row[2] for row in rows])
