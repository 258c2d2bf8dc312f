"""Two birth dates -> level, compiled: `linkage.compare.dates` on numbers.

A date is one number with a decimal digit every four bits (20120803 written in hexadecimal), so that differing digits show in
an exclusive or; 0 is no date.
"""

from linkage.compare.dates import NEAR_DAYS, SIBLING_DAYS
from linkage.compare.kernels.letters import count_bits
from linkage.compare.kernels.levels import (
    D_DIFFERENT,
    D_MISSING,
    D_NEAR,
    D_ONE_DIGIT,
    D_PLACEHOLDER,
    D_SAME,
    D_SAME_DAY,
    D_SIBLING_GAP,
    D_SWAPPED,
    D_TRANSPOSED,
)
from linkage.compiled import kernel


@kernel
def classify_dates(a: int, soft_a: int, day_number_a: int, b: int, soft_b: int, day_number_b: int) -> int:
    """`soft`: the date looks assigned (January 1). `day_number`: days since a fixed day."""
    if a == 0 or b == 0:
        return D_MISSING
    if a == b:
        return D_SAME
    if (soft_a or soft_b) and abs(_year(a) - _year(b)) <= 1:
        return D_PLACEHOLDER
    if a >> 16 == b >> 16 and (a & 0xFF) == ((b >> 8) & 0xFF) and ((a >> 8) & 0xFF) == (b & 0xFF):
        return D_SWAPPED
    if (a & 0xFFFF) == (b & 0xFFFF):
        return D_SAME_DAY
    slip = _slip(a, b)
    if slip >= 0:
        return slip
    days = abs(day_number_a - day_number_b)
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
