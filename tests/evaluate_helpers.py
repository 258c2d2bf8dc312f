"""Truth and pairs written as plain Python, and their counterparts in columns."""

from collections.abc import Iterable, Sequence

import numpy as np

from linkage.evaluate.labels import Labels
from linkage.evaluate.pairs import RowPairs, codes_of
from linkage.evaluate.trial import Answer

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


def answer(clusters: Sequence[int], scores: Sequence[tuple[int, int, float, str]] = ()) -> Answer:
    """What `link` would have found: clusters by row, and (row, row, probability, band)."""
    ends = np.array([(a, b) for a, b, _, _ in scores], dtype=np.int64).reshape(-1, 2)
    chances = np.array([chance for _, _, chance, _ in scores])
    auto = np.array([band == "auto" for *_, band in scores], dtype=bool)
    shown = RowPairs(ends[:, 0], ends[:, 1], len(clusters))
    return Answer(np.array(clusters), shown, chances, np.log2(chances / (1 - chances)), auto, len(scores))
