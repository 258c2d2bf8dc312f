"""The bulk path: every row meets the partners of its blocks, and only the pairs that reach the floor are kept.

Rows are dealt out in small portions to threads (the kernels run without Python's lock). Memory grows with records and kept pairs.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import local
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.block.index import BlockIndex
from linkage.compare.kernels.fields import SPACE, Plan
from linkage.compare.kernels.loops import compare_pairs, partners_of
from linkage.compare.kernels.sides import FIRST_SURNAME, START, Side
from linkage.records import Float64, Int8, Int32, Int64, LevelTable, PairTable

Step = Callable[[int, int], None]  # rows done, of

_PORTION = 4_096  # rows that a thread takes at a time
_AT_ONCE = 16_384  # pairs that are found and then compared


@dataclass(frozen=True, slots=True)
class Kept:
    """The pairs that reached the floor, ascending, and how many were compared."""

    pairs: PairTable
    levels: LevelTable
    compared: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Who meets whom: `rows` of `side` go to the rows of `against` in their blocks.

    `offsets`, `entry_block`: the blocks (of `index`, which is that of `against`) that each row of `side` is in. `new`: rows of
    `against` that are asked for as well, so that they meet only once. `sources`: of both sides, if only pairs across them count.
    """

    side: Side
    rows: Int64
    offsets: Int64
    entry_block: Int32
    against: Side
    index: BlockIndex
    new: NDArray[np.uint8]
    sources: tuple[Int32, Int32] | None = None


def everything(side: Side, index: BlockIndex, sources: Int32 | None = None) -> Ask:
    """All rows against all, rows of one name after another: they meet the same partners, which the processor then has at hand."""
    size = len(side.people)
    both = None if sources is None else (sources, sources)
    surname, given = (
        side.tokens[np.minimum(side.people[:, place], len(side.tokens) - 1)] for place in (FIRST_SURNAME, START)
    )
    rows = np.lexsort((given, surname))
    return Ask(side, rows, index.offsets, index.entry_block, side, index, np.ones(size, dtype=np.uint8), both)


def meet_all(ask: Ask, plan: Plan, floor: float, *, workers: int = 0, step: Step | None = None) -> Kept:
    """Compare every row asked for with its partners. `floor`: least weight in bits. `workers`: threads, 0 = one a processor."""
    threads = _Threads(ask, plan, floor)
    bounds = [*range(0, len(ask.rows), _PORTION), len(ask.rows)]
    if len(bounds) == 2:  # a single portion needs no threads: one record against all is a matter of milliseconds
        parts = _watched(map(threads.portion, pairwise(bounds)), bounds, step)
    else:
        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            parts = _watched(pool.map(threads.portion, pairwise(bounds)), bounds, step)
    return _together(parts, len(plan.kinds))


def _watched(parts: Iterable["_Part"], bounds: Sequence[int], step: Step | None) -> list["_Part"]:
    """All parts; `step` hears of each."""
    found = []
    for end, part in zip(bounds[1:], parts, strict=True):
        found.append(part)
        if step:
            step(end, bounds[-1])
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    left: Int64
    right: Int64
    levels: Int8
    rarity: Float64
    compared: int


class _Arrays(NamedTuple):
    """What a thread works in: the kernels' stamps and space, and the pairs found, with their levels and rarity."""

    stamp: Int32
    space: Int64
    left: Int64
    right: Int64
    levels: Int8
    rarity: Float64


class _Threads:
    """The kernels with the arrays that each thread keeps for itself."""

    def __init__(self, ask: Ask, plan: Plan, floor: float) -> None:
        self._ask, self._plan, self._floor = ask, plan, floor
        self._mine = local()
        none = np.zeros(1, dtype=np.int32)
        self._source_a, self._source_b = ask.sources or (none, none)

    def portion(self, bounds: tuple[int, int]) -> _Part:
        """The pairs of ask.rows[bounds]."""
        ask = self._ask
        (at, end), compared, room = bounds, 0, _AT_ONCE
        found: list[_Part] = []
        while at < end:
            stamp, space, left, right, levels, rarity = self._arrays(room)
            pairs, after = partners_of(
                ask.rows, at, end, ask.offsets, ask.entry_block,
                ask.index.starts, ask.index.members, ask.new,
                self._source_a, self._source_b, ask.sources is not None, stamp, left, right,
            )  # fmt: skip
            if after == at:  # a single row has more partners
                room *= 2
                continue
            kept = compare_pairs(
                ask.side, left, ask.against, right, pairs, self._plan, self._floor, space, levels, rarity
            )
            found.append(
                _Part(left[:kept].copy(), right[:kept].copy(), levels[:kept].copy(), rarity[:kept].copy(), pairs)
            )
            at, compared = after, compared + pairs
        return _joined(found, len(self._plan.kinds), compared)

    def _arrays(self, room: int) -> "_Arrays":
        """The thread's own arrays, with room for so many pairs or more."""
        mine: _Arrays | None = getattr(self._mine, "arrays", None)
        if mine is None or len(mine.left) < room:
            fields = len(self._plan.kinds)
            self._mine.arrays = mine = _Arrays(
                mine.stamp if mine else np.zeros(len(self._ask.against.people), dtype=np.int32),
                mine.space if mine else np.zeros(SPACE, dtype=np.int64),
                np.empty(room, dtype=np.int64),
                np.empty(room, dtype=np.int64),
                np.empty((room, fields), dtype=np.int8),
                np.empty((room, fields)),
            )
        return mine


def _joined(parts: list[_Part], fields: int, compared: int) -> _Part:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return _Part(none, none, np.zeros((0, fields), dtype=np.int8), np.zeros((0, fields)), compared)
    return _Part(
        np.concatenate([one.left for one in parts]),
        np.concatenate([one.right for one in parts]),
        np.concatenate([one.levels for one in parts]),
        np.concatenate([one.rarity for one in parts]),
        compared,
    )


def _together(parts: list[_Part], fields: int) -> Kept:
    """All parts, pairs ascending: the same whoever compared what."""
    whole = _joined(parts, fields, sum(part.compared for part in parts))
    order = np.lexsort((whole.right, whole.left))
    pairs = PairTable.of(whole.left[order], whole.right[order])
    return Kept(pairs, LevelTable(whole.levels[order], whole.rarity[order]), whole.compared)
