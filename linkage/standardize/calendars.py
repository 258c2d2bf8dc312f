"""Dates written in another calendar, or in the wrong century -> the Gregorian day.

Each calendar counts its days from a day that is known in both. The Islamic calendar is the arithmetical one (11 leap years in
30): what people saw in the sky may differ by a day. The Persian one has 8 leap years in 33, which is that of the equinox
from 1799 to 2025 and beyond what a child's record holds. Own arithmetic: the libraries that convert all three come only as sources, and a
locked, hashed set-up builds nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date

Day = tuple[int, int, int]  # year, month, day


def in_gregorian(calendar: str, written: Day) -> Day | None:
    """The Gregorian day that `written` names in `calendar` (a key of CALENDARS); None where the calendar has no such day."""
    year, month, day = written
    if month < 1 or day < 1:
        return None
    return CALENDARS[calendar](year, month, day)


def _ethiopian(year: int, month: int, day: int) -> Day | None:
    """Twelve months of 30 days, then five days, six every fourth year."""
    last = 30 if month <= 12 else 6 if year % 4 == 3 else 5
    if month > 13 or day > last:
        return None

    def count(year: int, month: int, day: int) -> int:
        return 365 * year + year // 4 + 30 * month + day

    return _counted_from(date(2007, 9, 12), count(year, month, day) - count(2000, 1, 1))


def _islamic(year: int, month: int, day: int) -> Day | None:
    """Months of 30 and 29 days in turn; the last one has a day more in a leap year."""
    leap = (11 * year + 14) % 30 < 11
    last = 30 if month % 2 or (month == 12 and leap) else 29
    if month > 12 or day > last:
        return None

    def count(year: int, month: int, day: int) -> int:
        return 354 * year + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day

    return _counted_from(date(1979, 11, 21), count(year, month, day) - count(1400, 1, 1))


def _persian(year: int, month: int, day: int) -> Day | None:
    """Six months of 31 days, then 30; the last one has 29 but in a leap year."""
    leap = (25 * year + 11) % 33 < 8
    last = 31 if month <= 6 else 30 if month <= 11 or leap else 29
    if month > 12 or day > last:
        return None

    def count(year: int, month: int, day: int) -> int:
        return 365 * year + (8 * year + 21) // 33 + 30 * (month - 1) + min(month - 1, 6) + day

    return _counted_from(date(2021, 3, 21), count(year, month, day) - count(1400, 1, 1))


def _counted_from(known: date, days: int) -> Day:
    found = date.fromordinal(known.toordinal() + days)
    return found.year, found.month, found.day


def _next_century(year: int, month: int, day: int) -> Day | None:
    try:
        date(year + 100, month, day)
    except ValueError:
        return None
    return year + 100, month, day


CALENDARS: Mapping[str, Callable[[int, int, int], Day | None]] = {
    "ethiopian": _ethiopian,
    "islamic": _islamic,
    "persian": _persian,
    "next_century": _next_century,
}
