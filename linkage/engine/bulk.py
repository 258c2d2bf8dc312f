"""The bulk path: every row meets the partners of its blocks, and only the pairs that reach the floor are kept.

Rows are dealt out in small portions to threads (the kernels run without Python's lock). Memory grows with records and kept pairs.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import local

import numpy as np
from numpy.typing import NDArray

from linkage.block.index import BlockIndex
from linkage.compare.kernels.fields import ROOM, Plan
from linkage.compare.kernels.loops import compare_partners
from linkage.compare.kernels.sides import FIRST_SURNAME, START, Side
from linkage.records import Float64, Int8, Int32, Int64, LevelTable, PairTable

Step = Callable[[int, int], None]  # rows done, of

_PORTION = 4_096  # rows that a thread takes at a time
_KEPT_AT_ONCE = 65_536


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


class _Threads:
    """The kernel with the arrays that each thread keeps for itself."""

    def __init__(self, ask: Ask, plan: Plan, floor: float) -> None:
        self._ask, self._plan, self._floor = ask, plan, floor
        self._mine = local()
        none = np.zeros(1, dtype=np.int32)
        self._source_a, self._source_b = ask.sources or (none, none)
        most = _most_partners(ask)
        self._most = max(min(_KEPT_AT_ONCE, most * len(ask.rows)), most, 1)

    def portion(self, bounds: tuple[int, int]) -> _Part:
        """The pairs of ask.rows[bounds]."""
        ask, fields = self._ask, len(self._plan.kinds)
        rows, at, compared = ask.rows[slice(*bounds)], 0, 0
        found: list[_Part] = []
        stamp, partners, space = self._own()
        stamp[:] = 0
        while at < len(rows):
            left, right = np.empty(self._most, dtype=np.int64), np.empty(self._most, dtype=np.int64)
            # One more than is kept: the pair that is being compared.
            levels = np.zeros((self._most + 1, fields), dtype=np.int8)
            rarity = np.zeros((self._most + 1, fields))
            kept, more, at = compare_partners(
                ask.side, rows, at, ask.offsets, ask.entry_block,
                ask.against, ask.index.starts, ask.index.members, ask.new,
                self._source_a, self._source_b, ask.sources is not None,
                self._plan, self._floor, space, stamp, partners, left, right, levels, rarity,
            )  # fmt: skip
            compared += more
            found.append(
                _Part(left[:kept].copy(), right[:kept].copy(), levels[:kept].copy(), rarity[:kept].copy(), more)
            )
        return _joined(found, fields, compared)

    def _own(self) -> tuple[Int32, Int64, Int64]:
        if not hasattr(self._mine, "space"):
            self._mine.stamp = np.zeros(len(self._ask.against.people), dtype=np.int32)
            self._mine.partners = np.empty(self._most, dtype=np.int64)
            self._mine.space = np.zeros(ROOM, dtype=np.int64)
        return self._mine.stamp, self._mine.partners, self._mine.space


def _most_partners(ask: Ask) -> int:
    """No row has more partners than its blocks have rows."""
    starts = ask.index.starts
    running = np.append(0, np.cumsum(starts[ask.entry_block + 1] - starts[ask.entry_block]))
    each = running[ask.offsets[1:]] - running[ask.offsets[:-1]]
    return min(int(each.max(initial=0)), len(ask.against.people))


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
