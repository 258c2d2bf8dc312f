"""Truth and pairs written as plain Python, and their counterparts in columns."""

from collections.abc import Iterable, Sequence

import numpy as np

from linkage.evaluate.labels import Labels
from linkage.evaluate.pairs import RowPairs, codes_of
from linkage.linking import Linked
from linkage.records import PairEvidence, RecordTable, TextColumn

Pair = tuple[int, int]


def row_pairs(pairs: Iterable[Pair], rows: int) -> RowPairs:
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return RowPairs(ends[:, 0], ends[:, 1], rows)


def as_set(pairs: RowPairs) -> set[Pair]:
    return set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def labels(children: Sequence[str], **relations: Sequence[str]) -> Labels:
    """`children`: one text a row, "" where it is not known; `relations` by name, with `_` for a blank."""
    groups = {name.replace("_", " "): codes_of(codes) for name, codes in relations.items()}
    return Labels(codes_of(children), codes_of([""] * len(children)), (), {}, groups)


def blank_table(rows: int) -> RecordTable:
    return RecordTable(tuple(f"r{n}" for n in range(rows)), {"x": TextColumn.blank(rows)}, ("A",) * rows)


def linked(clusters: Sequence[int], scores: Iterable[tuple[int, int, float, str]]) -> Linked:
    """What `link` would have found: clusters by row, and (row, row, probability, band)."""
    pairs = tuple(
        PairEvidence(f"r{a}", f"r{b}", float(np.log2(chance / (1 - chance))), chance, band, (), ())
        for a, b, chance, band in scores
    )
    return Linked(tuple(clusters), pairs, len(pairs), ())
