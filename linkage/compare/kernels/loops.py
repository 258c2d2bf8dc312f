"""Many pairs: the partners that rows meet in their blocks, each pair once, and the comparison of pairs, only the promising ones kept.

Rows that meet lie anywhere in memory. So both loops call up what they will read some steps later, and the processor has it at hand.
"""

import numpy as np
from numpy.typing import NDArray

from linkage.compare.kernels.fields import ROOM, Plan, Steps, compare_pair, room_in, steps_of
from linkage.compare.kernels.sides import CHILD, PARENT1, PARENT2, PERSON, Side
from linkage.compare.kernels.tables import Table, table_of
from linkage.compare.kernels.tokens import MEMORIES
from linkage.compiled import Ints, ahead, call_up, kernel, loop, pointer
from linkage.records import Float64, Int8, Int64

_FAR, _NEAR = 12, 6  # pairs ahead: rows are called up, and then what they point to
_ROWS = 4  # rows ahead, for each of the four steps from a row to the rows in its blocks


@loop
def compare_pairs(
    a: Side, left: Int64, b: Side, right: Int64, pairs: int, plan: Plan, floor: float, space: Int64,
    levels: Int8, rarity: Float64,
) -> int:  # fmt: skip
    """Keep those of the first `pairs` pairs of rows that reach `floor` (bits), in their order; returns how many.

    They move to the front of `left` and `right`, with their `levels` and `rarity` (pairs x fields). `space`: SPACE numbers, 0 before
    the first pairs of two sides, and then kept for these.
    """
    memory = ahead(pointer(space), ROOM)
    one, other = table_of(a, memory), table_of(b, ahead(memory, MEMORIES))
    steps, reach = steps_of(plan), np.empty(len(plan.kinds) + 1)
    room = room_in(space, reach)
    kept = 0
    for pair in range(pairs):
        if pair + _FAR < pairs:
            _call_up_row(one, left[pair + _FAR], steps)
            _call_up_row(other, right[pair + _FAR], steps)
        if pair + _NEAR < pairs:
            _call_up_names(one, left[pair + _NEAR])
            _call_up_names(other, right[pair + _NEAR])
        i, j, at = left[pair], right[pair], kept * steps.fields
        weight = compare_pair(
            one, i, other, j, steps, floor, room,
            ahead(pointer(levels), at), ahead(pointer(rarity), at),
        )  # fmt: skip
        if weight >= floor:
            left[kept], right[kept] = i, j
            kept += 1
    return kept


@kernel
def _call_up_row(table: Table, row: int, steps: Steps) -> None:
    call_up(table.facts, row * table.width)
    call_up(table.facts, row * table.width + table.width - 1)
    call_up(table.bound, row * steps.fields)
    call_up(table.bound, (row + 1) * steps.fields - 1)
    call_up(table.people, row * PERSON)
    call_up(table.people, (row + 1) * PERSON - 1)


@kernel
def _call_up_names(table: Table, row: int) -> None:
    for role in (CHILD, PARENT1, PARENT2):
        call_up(table.tokens, table.people[row * PERSON + role])


@loop
def partners_of(
    rows: Int64, first: int, end: int, offsets: Int64, entry_block: NDArray[np.int32],
    starts: Int64, members: NDArray[np.int32], new: NDArray[np.uint8],
    source_a: NDArray[np.int32], source_b: NDArray[np.int32], across_only: bool,
    stamp: NDArray[np.int32], left: Int64, right: Int64,
) -> tuple[int, int]:  # fmt: skip
    """Fill `left` and `right` with rows[first:end] and the rows in their blocks.

    A partner that is itself new is met once, by the smaller row. `stamp`: for each partner the last place in `rows` that met it, + 1.
    Stops before a row whose partners might not fit into the arrays; returns (pairs found, place of the next row).
    """
    found = 0
    for at in range(first, end):
        _call_up_blocks(rows, at, end, pointer(offsets), pointer(entry_block), pointer(starts), pointer(members))
        i = rows[at]
        most = found
        for entry in range(offsets[i], offsets[i + 1]):
            block = entry_block[entry]
            most += starts[block + 1] - starts[block]
            for place in range(starts[block], starts[block + 1]):
                call_up(pointer(stamp), members[place])
        if most > len(left):
            return found, at
        for entry in range(offsets[i], offsets[i + 1]):
            block = entry_block[entry]
            for place in range(starts[block], starts[block + 1]):
                j = members[place]
                if stamp[j] == at + 1 or (new[j] and j <= i) or (across_only and source_a[i] == source_b[j]):
                    continue
                stamp[j] = at + 1
                left[found], right[found] = i, j
                found += 1
    return found, end


@kernel
def _call_up_blocks(
    rows: Int64, at: int, end: int, offsets: Ints, entry_block: Ints, starts: Ints, members: Ints
) -> None:
    """What leads to the partners of later rows, the more steps the later: their places, their blocks, where these begin, who is there."""
    if at + 4 * _ROWS < end:
        call_up(offsets, rows[at + 4 * _ROWS])
    if at + 3 * _ROWS < end:
        call_up(entry_block, offsets[rows[at + 3 * _ROWS]])
    if at + 2 * _ROWS < end:
        i = rows[at + 2 * _ROWS]
        for entry in range(offsets[i], offsets[i + 1]):
            call_up(starts, entry_block[entry])
    if at + _ROWS < end:
        i = rows[at + _ROWS]
        for entry in range(offsets[i], offsets[i + 1]):
            call_up(members, starts[entry_block[entry]])
