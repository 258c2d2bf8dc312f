"""The blocks of one blocking rule: rows that share a combination of what its keys offer; a crowded block is refined.

The rows of a crowded key meet if they agree on one of the rule's `refine` keys as well; where that is crowded too, on a second one.
Only what is still crowded then is left out, and counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from linkage.block.crowding import Crowding
from linkage.block.kernels import HASH_BITS, cross
from linkage.block.keys import Offers, offers
from linkage.hashing import hash64
from linkage.records import Int8, Int32, Int64, StandardTable
from rules.matching import BlockingRule

ROW_BITS = 63 - HASH_BITS  # a key and its row are sorted as one number
DEEPEST = 2  # a key is refined so often at most

_REFINE_BITS = 4  # numbers up to 15 for the agreements that refine
_PATH_BITS = DEEPEST * _REFINE_BITS

Path = tuple[int, ...]  # numbers of the agreements that a key was refined by, ascending


@dataclass(slots=True)
class OffersOf:
    """The offers of a table, each worked out once."""

    table: StandardTable
    known: dict[str, Offers] = field(default_factory=dict)

    def __call__(self, key: str) -> Offers:
        if key not in self.known:
            self.known[key] = offers(self.table, key)
        return self.known[key]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks with a key each, ascending; members of one block after those of another, ascending within it."""

    keys: Int64
    sizes: Int64
    members: Int32
    crowded: Int64  # keys that make no block of their own, ascending
    left_out: Int64  # sizes of those that were not refined any more


def rule_of(keys: Int64) -> Int8:
    """The number of the rule that each key of an index belongs to."""
    return (keys >> (HASH_BITS + _PATH_BITS)).astype(np.int8)


@dataclass(frozen=True, slots=True)
class RuleBlocker:
    """Makes the blocks of rule `number`. `crowding`: None = keys that more than `largest_block` rows share."""

    offers_of: OffersOf
    number: int
    rule: BlockingRule
    crowding: Crowding | None
    least: int  # rows of a block

    def blocks(self) -> Blocks:
        """All blocks of the rule, those of crowded keys refined."""
        size = len(self.offers_of.table)
        keys, rows = np.full(size, hash64(self.rule.id), dtype=np.int64), np.arange(size, dtype=np.int32)
        for part in self.rule.keys:
            keys, rows = self._with(part, keys, rows)
        found = dict(self._lots((), keys, rows))
        return _joined([found[tag] for tag in sorted(found)])

    def _lots(self, path: Path, keys: Int64, rows: Int32) -> Iterator[tuple[int, Blocks]]:
        """Blocks of these keys, then of the crowded ones among them refined; each lot with the number it is sorted by."""
        packed = np.sort(keys << ROW_BITS | rows)
        keys, rows = packed >> ROW_BITS, (packed & ((1 << ROW_BITS) - 1)).astype(np.int32)
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        sizes = np.diff(starts, append=len(keys))
        tag = _tag(self.number, path)
        here = keys[starts] | tag
        crowded = sizes > self.rule.largest_block if self.crowding is None else self.crowding.holds(here)
        good = ~crowded & (sizes >= self.least)
        finer = range(path[-1] + 1 if path else 0, len(self.rule.refine)) if len(path) < DEEPEST else range(0)
        left_out = np.empty(0, np.int64) if finer else sizes[crowded]
        yield tag, Blocks(here[good], sizes[good], rows[np.repeat(good, sizes)], here[crowded], left_out)
        if crowded.any():
            again = np.repeat(crowded, sizes)
            for one in finer:
                yield from self._lots((*path, one), *self._with(self.rule.refine[one], keys[again], rows[again]))

    def _with(self, part: str, keys: Int64, rows: Int32) -> tuple[Int64, Int32]:
        offered = self.offers_of(part)
        return cross(keys, rows, offered.offsets, offered.values, hash64(part))


def _tag(number: int, path: Path) -> int:
    """What is set above the hash of a key: no two rules, and no two ways to refine, share a key."""
    refined = 0
    for one in path:
        refined = refined << _REFINE_BITS | (one + 1)
    return (number << _PATH_BITS | refined) << HASH_BITS


def _joined(lots: list[Blocks]) -> Blocks:
    names = ("keys", "sizes", "members", "crowded", "left_out")
    return Blocks(*(np.concatenate([getattr(lot, name) for lot in lots]) for name in names))
