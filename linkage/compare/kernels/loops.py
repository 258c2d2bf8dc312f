"""Many pairs: the pairs given, or all partners that rows meet in their blocks, each pair once and only the promising ones kept."""

import numpy as np
from numpy.typing import NDArray

from linkage.compare.kernels.fields import Plan, compare_pair, room_in, steps_of
from linkage.compare.kernels.sides import Side
from linkage.compare.kernels.tables import table_of
from linkage.compiled import ahead, loop, pointer
from linkage.records import Float64, Int8, Int64


@loop
def compare_given_pairs(
    a: Side, left: Int64, b: Side, right: Int64, plan: Plan, space: Int64, levels: Int8, rarity: Float64
) -> None:
    """Fill `levels` and `rarity` (pairs x fields) of the given pairs of rows. `space`: ROOM numbers."""
    one, other, steps, room = table_of(a), table_of(b), steps_of(plan), room_in(space)
    alike = np.zeros(max(steps.classes, 1))
    for pair in range(len(left)):
        at = pair * steps.fields
        compare_pair(
            one, left[pair], other, right[pair], steps, -np.inf, room, pointer(alike),
            ahead(pointer(levels), at), ahead(pointer(rarity), at),
        )  # fmt: skip


@loop
def compare_partners(
    a: Side, rows: Int64, first: int, offsets: Int64, entry_block: NDArray[np.int32],
    b: Side, starts: Int64, members: NDArray[np.int32], new: NDArray[np.uint8],
    source_a: NDArray[np.int32], source_b: NDArray[np.int32], across_only: bool,
    plan: Plan, floor: float, space: Int64, stamp: NDArray[np.int32], partners: Int64,
    left: Int64, right: Int64, levels: Int8, rarity: Float64,
) -> tuple[int, int, int]:  # fmt: skip
    """Compare rows[first:] of `a` with the rows of `b` in their blocks; keep pairs that reach `floor`.

    A partner that is itself new is met once, by the smaller row. Stops before a row whose partners might not fit into the
    arrays; returns (pairs kept, pairs compared, position of the next row).
    """
    one, other, steps, room = table_of(a), table_of(b), steps_of(plan), room_in(space)
    alike = np.zeros(max(steps.classes, 1))
    kept, compared = 0, 0
    for at in range(first, len(rows)):
        i = rows[at]
        found = 0
        for entry in range(offsets[i], offsets[i + 1]):
            block = entry_block[entry]
            for place in range(starts[block], starts[block + 1]):
                j = members[place]
                if stamp[j] == at + 1 or (new[j] and j <= i) or (across_only and source_a[i] == source_b[j]):
                    continue
                stamp[j] = at + 1
                partners[found] = j
                found += 1
        if kept + found > len(left):
            # Nothing of this row was compared: it is met anew, and so are its stamps.
            for p in range(found):
                stamp[partners[p]] = 0
            return kept, compared, at
        compared += found
        for p in range(found):
            place = kept * steps.fields
            weight = compare_pair(
                one, i, other, partners[p], steps, floor, room, pointer(alike),
                ahead(pointer(levels), place), ahead(pointer(rarity), place),
            )  # fmt: skip
            if weight >= floor:
                left[kept], right[kept] = i, partners[p]
                kept += 1
    return kept, compared, len(rows)
