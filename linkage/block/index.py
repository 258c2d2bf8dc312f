"""The block index: which records share a blocking key. Pairs are read off it one record at a time; none is ever stored.

Blocks are sorted by key and their rows ascend, so the same records give the same index whatever else happened, and one new
record finds its blocks by binary search.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from linkage.block.crowding import Crowding
from linkage.block.kernels import ROW_BITS, by_row, meet
from linkage.block.keys import Offerer
from linkage.block.rule_blocks import Blocks, RuleBlocker, rule_of
from linkage.errors import ModelError
from linkage.records import Int8, Int32, Int64, PairTable, StandardTable
from rules.matching import BlockingRule

MOST_ROWS = 1 << ROW_BITS
_CHUNK = 4_000_000  # pairs at a time, counted with their repetitions


@dataclass(frozen=True, slots=True)
class RuleBlocks:
    """What one rule did: its blocks, how many keys were refined for their size, and what was left out for it.

    `pairs_left_out` counts the pairs under the keys left out; many of them meet under another key.
    """

    rule: str
    blocks: int
    keys_refined: int
    pairs_left_out: int


@dataclass(frozen=True, slots=True)
class BlockIndex:
    """Blocks, and which rows are in which.

    Row i is in the blocks entry_block[offsets[i]:offsets[i + 1]], ascending. Block b has the key keys[b] and the rows
    members[starts[b]:starts[b + 1]], ascending; two rows or more, unless the index was built with `singletons`.
    """

    offsets: Int64  # rows + 1
    entry_block: Int32
    starts: Int64  # blocks + 1
    members: Int32
    keys: Int64  # ascending
    crowding: Crowding
    rules: tuple[RuleBlocks, ...]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def keys_of(self, row: int) -> Int64:
        """The keys of a row, ascending; all of them if the index was built with `singletons`."""
        blocks = self.entry_block[self.offsets[row] : self.offsets[row + 1]]
        return np.asarray(self.keys[blocks])

    def blocks_of(self, keys: Int64) -> Int32:
        """The block of each of these keys, which are of another index with the same rules and crowding; -1 where there is none."""
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1).astype(np.int32)

    def met_by(self, left: int, right: int) -> tuple[str, ...]:
        """Ids of the rules under which two rows meet."""
        shared = np.intersect1d(self.keys_of(left), self.keys_of(right))
        return tuple(self.rules[number].rule for number in np.unique(rule_of(shared)).tolist())

    def rule_of_block(self) -> Int8:
        """The number of the rule of each block."""
        return rule_of(self.keys)

    def pairs(self, sources: Int64 | None = None) -> Iterator[PairTable]:
        """Every pair of rows that share a block, once, in chunks of whole left rows: left < right, left ascends.

        `sources`: one number a row; then only pairs of two sources.
        """
        rules = self.rule_of_block()
        for first, last, room in self._chunks():
            left, right, met = meet(first, last, self.offsets, self.entry_block, self.starts, self.members, rules, room)
            if sources is not None:
                across = sources[left] != sources[right]
                left, right, met = left[across], right[across], met[across]
            yield PairTable(left.astype(np.int64), right.astype(np.int64), met.astype(np.int64))

    def all_pairs(self, sources: Int64 | None = None) -> PairTable:
        """The pairs as one table, ascending: for tests and small tables."""
        chunks = list(self.pairs(sources))
        left, right, rules = (
            np.concatenate([np.empty(0, np.int64), *(getattr(chunk, name) for chunk in chunks)])
            for name in ("left", "right", "rules")
        )
        order = np.lexsort((right, left))
        return PairTable(left[order], right[order], rules[order])

    def _chunks(self) -> Iterator[tuple[int, int, int]]:
        """Ranges of rows with about _CHUNK meetings each: (first, last, the most pairs there can be)."""
        sizes = np.diff(self.starts)
        later = np.repeat(self.starts[1:], sizes) - 1 - np.arange(len(self.members))  # rows behind each in its block
        meetings = np.bincount(self.members, weights=later, minlength=len(self)).astype(np.int64)
        total = np.concatenate(([0], np.cumsum(meetings)))
        first = 0
        while first < len(self):
            last = max(first + 1, int(np.searchsorted(total, total[first] + _CHUNK, side="right")) - 1)
            yield first, last, int(total[last] - total[first])
            first = last


def build_index(
    table: StandardTable,
    rules: Sequence[BlockingRule],
    *,
    crowding: Crowding | None = None,
    singletons: bool = False,
    workers: int = 0,
) -> BlockIndex:
    """Index the rows of `table`. `crowding`: taken as it is; without it, learned from the table.

    `singletons`: keep keys of one row as well, for records that come later. `workers`: threads, 0 = one a processor. Raises ModelError beyond MOST_ROWS rows.
    """
    if len(table) > MOST_ROWS:
        raise ModelError(f"{len(table):,} records are more than one scan can hold.", f"Scan at most {MOST_ROWS:,}.")
    offers = Offerer(table)
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        built = list(pool.map(RuleBlocker.blocks, _blockers(offers, rules, crowding, singletons=singletons)))
        lots = [lot for one in built for lot in one]
        keys = pool.submit(np.concatenate, [lot.keys for lot in lots])
        members, sizes = np.concatenate([lot.members for lot in lots]), [lot.sizes for lot in lots]
        starts = np.zeros(sum(map(len, sizes)) + 1, dtype=np.int64)
        np.cumsum(np.concatenate(sizes, out=starts[1:]), out=starts[1:])
        offsets, entry_block = np.empty(len(table) + 1, dtype=np.int64), np.empty(len(members), dtype=np.int32)
        by_row(starts, members, offsets, entry_block)
    return BlockIndex(
        offsets=offsets,
        entry_block=entry_block,
        starts=starts,
        members=members,
        keys=keys.result(),
        crowding=crowding or Crowding(np.concatenate([lot.crowded for lot in lots])),
        rules=tuple(_report(rule, one) for rule, one in zip(rules, built, strict=True)),
    )


def _blockers(
    offers: Offerer, rules: Sequence[BlockingRule], crowding: Crowding | None, *, singletons: bool
) -> list[RuleBlocker]:
    least = 1 if singletons else 2
    return [RuleBlocker(offers, number, rule, crowding, least) for number, rule in enumerate(rules)]


def _report(rule: BlockingRule, lots: list[Blocks]) -> RuleBlocks:
    left_out = np.concatenate([lot.left_out for lot in lots])
    refined = int(np.count_nonzero(left_out == 0))
    return RuleBlocks(rule.id, sum(len(lot.keys) for lot in lots), refined, int(left_out.sum()))
