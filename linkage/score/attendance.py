"""How long two records were enrolled at the same time: in two States, or in one."""

import numpy as np

from linkage.records import Attendance, Int64


def days_together(
    left: Attendance, left_rows: Int64, right: Attendance, right_rows: Int64, *, one_place: bool
) -> Int64:
    """For each pair of rows, the days of the longest overlap of two enrollments; 0 if there is none.

    `one_place`: enrollments in one State, otherwise in two different ones. `left` and `right` may be one table or two.
    """
    longest = np.zeros(len(left_rows), dtype=np.int64)
    mine, theirs = _counts(left, left_rows), _counts(right, right_rows)
    meetings = mine * theirs
    pair = np.repeat(np.arange(len(left_rows)), meetings)
    turn = np.arange(len(pair)) - np.repeat(np.cumsum(meetings) - meetings, meetings)
    one = left.offsets[left_rows[pair]] + turn // theirs[pair]
    other = right.offsets[right_rows[pair]] + turn % theirs[pair]
    days = np.minimum(left.end[one], right.end[other]) - np.maximum(left.start[one], right.start[other]) + 1
    counted = (left.place[one] == right.place[other]) == one_place
    np.maximum.at(longest, pair[counted], days[counted])
    return longest


def _counts(attendance: Attendance, rows: Int64) -> Int64:
    counts: Int64 = attendance.offsets[rows + 1] - attendance.offsets[rows]
    return counts
