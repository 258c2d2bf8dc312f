"""The compiled loops of blocking. Rows are records; lists of rows and values are flat columns with offsets beside them."""

import numpy as np

from linkage.compiled import kernel, loop
from linkage.records import Int8, Int32, Int64

# Bits of a key. Among a million keys the chance of one clash is one in two, and a clash only makes two records meet in vain.
HASH_BITS = 40
ROW_BITS = 63 - HASH_BITS  # a key and its row make one number, so that they are sorted together
_HASH, _ROW = (1 << HASH_BITS) - 1, (1 << ROW_BITS) - 1


@kernel
def mix(first: int | np.int64, second: int | np.int64) -> np.int64:
    """One hash of 64 bits of two numbers, in this order (the finisher of splitmix64)."""
    hashed = np.uint64(first) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(second)
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64(hashed ^ (hashed >> np.uint64(31)))


@loop
def gather(offsets: Int64, codes: Int32, offered: Int64, values: Int64) -> tuple[Int64, Int64]:
    """What the codes of each row offer together, each value once a row: (offsets n + 1, values).

    Row i has codes[offsets[i]:offsets[i + 1]]; code c offers values[offered[c]:offered[c + 1]].
    """
    size = len(offsets) - 1
    total = 0
    for code in codes:
        total += offered[code + 1] - offered[code]
    starts, found = np.zeros(size + 1, np.int64), np.empty(total, np.int64)
    end = 0
    for row in range(size):
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
    return starts, found[:end].copy()


@loop
def pairs_of(offsets: Int64, values: Int64) -> tuple[Int64, Int64]:
    """A number for every two values of a row, in either order: (offsets n + 1, values)."""
    size = len(offsets) - 1
    starts = np.zeros(size + 1, np.int64)
    for row in range(size):
        many = offsets[row + 1] - offsets[row]
        starts[row + 1] = starts[row] + many * (many - 1) // 2
    found, end = np.empty(starts[size], np.int64), 0
    for row in range(size):
        for at in range(offsets[row], offsets[row + 1]):
            for other in range(at + 1, offsets[row + 1]):
                found[end] = mix(min(values[at], values[other]), max(values[at], values[other]))
                end += 1
    return starts, found


@loop
def cross(entries: Int64, offsets: Int64, values: Int64, salt: int) -> Int64:
    """Every key with every value that its row offers, as new keys. No value, no key. An entry is a key and, below it, its row."""
    total = 0
    for entry in entries:
        row = entry & _ROW
        total += offsets[row + 1] - offsets[row]
    found, end = np.empty(total, np.int64), 0
    for entry in entries:
        row, base = entry & _ROW, mix(entry >> ROW_BITS, salt)
        for one in range(offsets[row], offsets[row + 1]):
            found[end] = (mix(base, values[one]) & _HASH) << ROW_BITS | row
            end += 1
    return found


@loop
def grouped(entries: Int64, least: int) -> tuple[Int64, Int64, Int32]:
    """Keys that at least `least` rows have, how many rows each has, and these rows. `entries` ascend."""
    keys, sizes = np.empty(len(entries) // least, np.int64), np.empty(len(entries) // least, np.int64)
    rows = np.empty(len(entries), np.int32)
    groups = end = start = 0
    for at in range(1, len(entries) + 1):
        if at < len(entries) and entries[at] >> ROW_BITS == entries[start] >> ROW_BITS:
            continue
        if at - start >= least:
            keys[groups], sizes[groups] = entries[start] >> ROW_BITS, at - start
            groups += 1
            for one in range(start, at):
                rows[end] = entries[one] & _ROW
                end += 1
        start = at
    return keys[:groups].copy(), sizes[:groups].copy(), rows[:end].copy()


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
