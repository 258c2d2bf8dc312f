"""Two birth dates -> level, compiled.

A date is one number with a decimal digit every four bits (20120803 written in hexadecimal), so that differing digits show in
an exclusive or; 0 is no date.
"""

from typing import NamedTuple

from linkage.compare.dates import ASSIGNED_YEARS, NEAR_DAYS, SIBLING_DAYS
from linkage.compare.kernels.levels import (
    D_DIFFERENT,
    D_MISSING,
    D_NEAR,
    D_ONE_DIGIT,
    D_OTHER_CALENDAR,
    D_PLACEHOLDER,
    D_SAME,
    D_SAME_ASSIGNED,
    D_SAME_DAY,
    D_SIBLING_GAP,
    D_SWAPPED,
    D_TRANSPOSED,
)
from linkage.compiled import count_bits, kernel


class Day(NamedTuple):
    """A date, its other reading, the number of its day, and whether it looks assigned (January 1)."""

    written: int
    other: int
    number: int
    soft: int


@kernel
def classify_dates(a: Day, b: Day) -> int:
    """The level of two dates."""
    if a.written == 0 or b.written == 0:
        return D_MISSING
    if a.written == b.written:
        if a.other != b.other:  # one was written in the other calendar
            return D_OTHER_CALENDAR
        return D_SAME_ASSIGNED if a.soft or b.soft else D_SAME
    if a.written == b.other or b.written == a.other:
        return D_OTHER_CALENDAR
    if a.soft or b.soft:  # its digits are not those of a birthday
        near = abs(_year(a.written) - _year(b.written)) <= ASSIGNED_YEARS
        return D_PLACEHOLDER if near else _by_days(abs(a.number - b.number))
    if _swapped(a.written, b.written):
        return D_SWAPPED
    if (a.written & 0xFFFF) == (b.written & 0xFFFF):
        return D_SAME_DAY
    slip = _slip(a.written, b.written)
    return slip if slip >= 0 else _by_days(abs(a.number - b.number))


@kernel
def _swapped(a: int, b: int) -> bool:
    """Day and month exchanged in one year."""
    return a >> 16 == b >> 16 and (a & 0xFF) == ((b >> 8) & 0xFF) and ((a >> 8) & 0xFF) == (b & 0xFF)


@kernel
def _by_days(days: int) -> int:
    if days <= NEAR_DAYS:
        return D_NEAR
    return D_SIBLING_GAP if days <= SIBLING_DAYS else D_DIFFERENT


@kernel
def _year(written: int) -> int:
    year = written >> 16
    return (year >> 12) * 1000 + ((year >> 8) & 15) * 100 + ((year >> 4) & 15) * 10 + (year & 15)


@kernel
def _slip(a: int, b: int) -> int:
    """One digit differs, or two neighbours are exchanged; -1 if neither."""
    differs = a ^ b
    places = (differs | (differs >> 1) | (differs >> 2) | (differs >> 3)) & 0x11111111
    count = count_bits(places)
    if count == 1:
        return D_ONE_DIGIT
    if count != 2:
        return -1
    low = 0
    while not (places >> low) & 1:
        low += 4
    if not (places >> (low + 4)) & 1:
        return -1
    crossed = (a >> low) & 15 == (b >> (low + 4)) & 15 and (a >> (low + 4)) & 15 == (b >> low) & 15
    return D_TRANSPOSED if crossed else -1
