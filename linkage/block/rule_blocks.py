"""The blocks of one blocking rule: rows that share a combination of what its keys offer; a crowded block is refined.

The rows of a crowded key meet if they agree on one of the rule's `refine` keys as well; where that is crowded too, on a second one.
Only what is still crowded then is left out, and counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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
    left_out: (
        Int64  # pairs of each crowded key that have nothing to meet under: too many agree in all, or values are missing
    )


def rule_of(keys: Int64) -> Int8:
    """The number of the rule that each key of an index belongs to."""
    return (keys >> (HASH_BITS + _PATH_BITS)).astype(np.int8)


@dataclass(frozen=True, slots=True)
class RuleBlocker:
    """Makes the blocks of rule `number`. `crowding`: None = learn from this table which keys are crowded."""

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
        last = len(path) == min(DEEPEST, len(self.rule.refine))
        packed = np.sort(keys << ROW_BITS | rows)
        keys, rows = packed >> ROW_BITS, (packed & ((1 << ROW_BITS) - 1)).astype(np.int32)
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        sizes = np.diff(starts, append=len(keys))
        tag = _tag(self.number, path)
        here = keys[starts] | tag
        crowded = self._crowded(here, sizes, last=last)
        good = ~crowded & (sizes >= self.least)
        again = np.repeat(crowded, sizes)
        out = _pairs(sizes[crowded])
        if not last:
            out -= _pairs(self._may_still_meet(path, rows[again], sizes[crowded]))
        yield tag, Blocks(here[good], sizes[good], rows[np.repeat(good, sizes)], here[crowded], out)
        if crowded.any() and not last:
            for one in range(path[-1] + 1 if path else 0, len(self.rule.refine)):
                yield from self._lots((*path, one), *self._with(self.rule.refine[one], keys[again], rows[again]))

    def _crowded(self, keys: Int64, sizes: Int64, *, last: bool) -> NDArray[np.bool_]:
        """A key that can be refined is crowded soon; one that cannot, only where it must be left out."""
        if self.crowding is not None:
            return self.crowding.holds(keys)
        return np.asarray(sizes > (self.rule.largest_block if last else self.rule.refine_above))

    def _may_still_meet(self, path: Path, rows: Int32, sizes: Int64) -> Int64:
        """How many rows of each crowded key have a value for any further agreement."""
        some = np.zeros(len(rows), dtype=np.int64)
        for one, part in enumerate(self.rule.refine):
            if one not in path:
                some |= np.diff(self.offers_of(part).offsets)[rows] > 0
        return np.add.reduceat(some, np.cumsum(sizes) - sizes) if len(sizes) else sizes

    def _with(self, part: str, keys: Int64, rows: Int32) -> tuple[Int64, Int32]:
        offered = self.offers_of(part)
        return cross(keys, rows, offered.offsets, offered.values, hash64(part))


def _tag(number: int, path: Path) -> int:
    """What is set above the hash of a key: no two rules, and no two ways to refine, share a key."""
    refined = 0
    for one in path:
        refined = refined << _REFINE_BITS | (one + 1)
    return (number << _PATH_BITS | refined) << HASH_BITS


def _pairs(sizes: Int64) -> Int64:
    return np.asarray(sizes * (sizes - 1) // 2)


def _joined(lots: list[Blocks]) -> Blocks:
    names = ("keys", "sizes", "members", "crowded", "left_out")
    return Blocks(*(np.concatenate([getattr(lot, name) for lot in lots]) for name in names))
