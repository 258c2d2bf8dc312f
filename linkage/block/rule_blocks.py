"""The blocks of one blocking rule: rows that share a combination of what its keys offer; a crowded block is refined.

The rows of a crowded key meet if they agree on one of the rule's `refine` keys as well; where that is crowded too, on a second one.
Only what is still crowded then is left out, and counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.block.crowding import Crowding
from linkage.block.kernels import HASH_BITS, ROW_BITS, cross, grouped, parted, values_of
from linkage.block.keys import Offerer
from linkage.hashing import hash64
from linkage.records import Int8, Int32, Int64
from rules.matching import BlockingRule

DEEPEST = 2  # a key is refined so often at most

_REFINE_BITS = 4  # numbers up to 15 for the agreements that refine
_PATH_BITS = DEEPEST * _REFINE_BITS

Path = tuple[int, ...]  # numbers of the agreements that a key was refined by, ascending


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

    offers: Offerer
    number: int
    rule: BlockingRule
    crowding: Crowding | None
    least: int  # rows of a block

    def blocks(self) -> list[Blocks]:
        """All blocks of the rule, those of crowded keys refined: in lots whose keys ascend from one to the next."""
        size = len(self.offers.table)
        entries = np.arange(size, dtype=np.int64) | (hash64(self.rule.id) & ((1 << HASH_BITS) - 1)) << ROW_BITS
        for part in self.rule.keys:
            entries = self._with(part, entries)
        found = dict(self._lots((), entries))
        return [found[tag] for tag in sorted(found)]

    def _lots(self, path: Path, entries: Int64) -> Iterator[tuple[int, Blocks]]:
        """Blocks of these keys, then of the crowded ones among them refined; each lot with the number it is sorted by."""
        last = len(path) == min(DEEPEST, len(self.rule.refine))
        keys, sizes, entries = self._keys(entries)
        tag = _tag(self.number, path)
        keys |= tag
        crowded = self._crowded(keys, sizes, last=last)
        alone, deeper = ~crowded, bool(crowded.any()) and not last
        members = np.empty(sizes[alone].sum(), dtype=np.int32)
        hopeful = np.empty(np.count_nonzero(crowded), dtype=np.int64)
        again = parted(entries, sizes, crowded, members, self._further(path, deeper=deeper), hopeful)
        left_out = _pairs(sizes[crowded]) - _pairs(hopeful)
        yield tag, Blocks(keys[alone], sizes[alone], members, keys[crowded], left_out)
        if deeper:
            for one in range(path[-1] + 1 if path else 0, len(self.rule.refine)):
                yield from self._lots((*path, one), self._with(self.rule.refine[one], entries[:again]))

    def _keys(self, entries: Int64) -> tuple[Int64, Int64, Int64]:
        """Keys of enough rows, how many rows each has, and the entries of these keys."""
        entries.sort()
        keys, sizes = (np.empty(len(entries) // self.least, dtype=np.int64) for _ in range(2))
        groups, end = grouped(entries, self.least, keys, sizes)
        return keys[:groups], sizes[:groups], entries[:end]

    def _crowded(self, keys: Int64, sizes: Int64, *, last: bool) -> NDArray[np.bool_]:
        """A key that can be refined is crowded soon; one that cannot, only where it must be left out."""
        if self.crowding is not None:
            return self.crowding.holds(keys)
        return np.asarray(sizes > (self.rule.largest_block if last else self.rule.refine_above))

    def _further(self, path: Path, *, deeper: bool) -> NDArray[np.bool_]:
        """Which rows have a value for any further agreement; none where keys are not refined `deeper`."""
        some = np.zeros(len(self.offers.table), dtype=np.bool_)
        for one, part in enumerate(self.rule.refine):
            if deeper and one not in path:
                some |= self.offers.there(part)
        return some

    def _with(self, part: str, entries: Int64) -> Int64:
        offered = self.offers(part)
        found = np.empty(values_of(entries, offered.offsets), dtype=np.int64)
        cross(entries, offered.offsets, offered.values, hash64(part), found)
        return found


def _tag(number: int, path: Path) -> int:
    """What is set above the hash of a key: no two rules, and no two ways to refine, share a key."""
    refined = 0
    for one in path:
        refined = refined << _REFINE_BITS | (one + 1)
    return (number << _PATH_BITS | refined) << HASH_BITS


def _pairs(sizes: Int64) -> Int64:
    return np.asarray(sizes * (sizes - 1) // 2)
