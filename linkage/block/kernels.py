"""The compiled loops of blocking. Rows are records; lists of rows and values are flat columns with offsets beside them.

Who calls brings the room for what is found: NumPy asks for memory in large pages, and clearing small ones took a third of the time.
"""

import numpy as np
from numpy.typing import NDArray

from linkage.compiled import kernel, loop
from linkage.records import Int8, Int32, Int64

# Bits of a key. Among a million keys the chance of one clash is one in two, and a clash only makes two records meet in vain.
HASH_BITS = 40
ROW_BITS = 63 - HASH_BITS  # a key and its row make one number, so that they are sorted together
_AHEAD = 64  # rows are all over the memory: so many are asked for at a time, and none waits for the one before

Bools = NDArray[np.bool_]

_HASH, _ROW = (1 << HASH_BITS) - 1, (1 << ROW_BITS) - 1


@kernel
def mix(first: int | np.int64, second: int | np.int64) -> np.int64:
    """One hash of 64 bits of two numbers, in this order (the finisher of splitmix64)."""
    hashed = np.uint64(first) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(second)
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64(hashed ^ (hashed >> np.uint64(31)))


@loop
def append(  # noqa: PLR0917 - compiled functions take no keywords
    offsets: Int64,
    codes: Int32,
    more: Int64,
    tokens: Int32,
    slots: Int8,
    low: int,
    high: int,
    most: int,
    starts: Int64,
    found: Int32,
) -> int:
    """The codes of each row, and behind them its tokens with a slot of low .. high, `most` a row in all. Returns how many.

    Row i has codes[offsets[i]:offsets[i + 1]] and tokens[more[i]:more[i + 1]], and gets found[starts[i]:starts[i + 1]].
    """
    end = starts[0] = 0
    for row in range(len(offsets) - 1):
        full = end + most
        for at in range(offsets[row], offsets[row + 1]):
            found[end] = codes[at]
            end += 1
        for at in range(more[row], more[row + 1]):
            if end < full and low <= slots[at] <= high:
                found[end] = tokens[at]
                end += 1
        starts[row + 1] = end
    return end


@loop
def gather(offsets: Int64, codes: Int32, offered: Int64, values: Int64, starts: Int64, found: Int64) -> int:  # noqa: PLR0917
    """What the codes of each row offer together, each value once a row. Returns how many values are found.

    Row i has codes[offsets[i]:offsets[i + 1]]; code c offers values[offered[c]:offered[c + 1]]. What row i is found to offer is
    found[starts[i]:starts[i + 1]].
    """
    end = starts[0] = 0
    for row in range(len(offsets) - 1):
        start = end
        for at in range(offsets[row], offsets[row + 1]):
            for one in range(offered[codes[at]], offered[codes[at] + 1]):
                known = False
                for before in range(start, end):
                    known = known or found[before] == values[one]
                if not known:
                    found[end] = values[one]
                    end += 1
        starts[row + 1] = end
    return end


@loop
def pairs_of(offsets: Int64, values: Int64, found: Int64) -> None:
    """A number for every two values of a row, in either order, row after row."""
    end = 0
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1]):
            for other in range(at + 1, offsets[row + 1]):
                found[end] = mix(min(values[at], values[other]), max(values[at], values[other]))
                end += 1


@loop
def values_of(entries: Int64, offsets: Int64) -> int:
    """How many values the rows of the entries offer: as many keys will `cross` find."""
    total = 0
    for entry in entries:
        row = entry & _ROW
        total += offsets[row + 1] - offsets[row]
    return total


@loop
def cross(entries: Int64, offsets: Int64, values: Int64, salt: int, found: Int64) -> None:
    """Every key with every value that its row offers, as new keys. No value, no key. An entry is a key and, below it, its row."""
    starts, stops, end = np.empty(_AHEAD, np.int64), np.empty(_AHEAD, np.int64), 0
    for first in range(0, len(entries), _AHEAD):
        last = min(first + _AHEAD, len(entries))
        for at in range(first, last):
            row = entries[at] & _ROW
            starts[at - first], stops[at - first] = offsets[row], offsets[row + 1]
        for at in range(first, last):
            row, base = entries[at] & _ROW, mix(entries[at] >> ROW_BITS, salt)
            for one in range(starts[at - first], stops[at - first]):
                found[end] = (mix(base, values[one]) & _HASH) << ROW_BITS | row
                end += 1


@loop
def grouped(entries: Int64, least: int, keys: Int64, sizes: Int64) -> tuple[int, int]:
    """Keys that at least `least` rows have, and how many rows each has. `entries` ascend; those of other keys are squeezed out.

    Returns how many keys there are, and how many entries.
    """
    groups = end = start = 0
    for at in range(1, len(entries) + 1):
        if at < len(entries) and entries[at] >> ROW_BITS == entries[start] >> ROW_BITS:
            continue
        if at - start >= least:
            keys[groups], sizes[groups] = entries[start] >> ROW_BITS, at - start
            groups += 1
            for one in range(start, at):
                entries[end] = entries[one]
                end += 1
        start = at
    return groups, end


@loop
def parted(entries: Int64, sizes: Int64, crowded: Bools, members: Int32, further: Bools, hopeful: Int64) -> int:  # noqa: PLR0917
    """The rows of keys that are not crowded go to `members`; the entries of crowded ones are squeezed together, and counted.

    `hopeful`: of each crowded key, how many rows have something further to agree on (`further`).
    """
    end = again = seen = at = 0
    for group in range(len(sizes)):
        stop = at + sizes[group]
        if crowded[group]:
            hopeful[seen] = 0
            while at < stop:
                hopeful[seen] += further[entries[at] & _ROW]
                entries[again] = entries[at]
                again, at = again + 1, at + 1
            seen += 1
        else:
            while at < stop:
                members[end] = entries[at] & _ROW
                end, at = end + 1, at + 1
    return again


@loop
def by_row(starts: Int64, members: Int32, offsets: Int64, blocks: Int32) -> None:
    """The blocks of each row, ascending: row i is in blocks[offsets[i]:offsets[i + 1]]. Block b has members[starts[b]:starts[b + 1]]."""
    offsets[:] = 0
    for row in members:
        offsets[row + 1] += 1
    for row in range(1, len(offsets)):
        offsets[row] += offsets[row - 1]
    for block in range(len(starts) - 1):
        for at in range(starts[block], starts[block + 1]):
            row = members[at]
            blocks[offsets[row]] = block
            offsets[row] += 1
    for row in range(len(offsets) - 1, 0, -1):  # each is now where the next one began
        offsets[row] = offsets[row - 1]
    offsets[0] = 0


@loop
def meet(  # noqa: PLR0917 - compiled functions take no keywords
    first: int, last: int, offsets: Int64, entries: Int32, starts: Int64, members: Int32, rules: Int8, room: int
) -> tuple[Int32, Int32, Int32]:
    """Every pair (left in first:last, right > left) that shares a block, once, and the bit set of the rules of these blocks.

    `room`: at least the number of pairs, counted once a block.
    """
    left, right, met = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    seen = np.full(len(offsets) - 1, -1)  # where the pair with this row stands; of this left row if at `start` or later
    end = 0
    for row in range(first, last):
        start = end
        for entry in range(offsets[row], offsets[row + 1]):
            block = entries[entry]
            at = starts[block + 1] - 1
            while members[at] > row:
                other = members[at]
                if seen[other] < start:
                    seen[other] = end
                    left[end], right[end], met[end] = row, other, 0
                    end += 1
                met[seen[other]] |= 1 << rules[block]
                at -= 1
    return left[:end].copy(), right[:end].copy(), met[:end].copy()
