"""Dates written in another calendar, or in the wrong century -> the Gregorian day.

The arithmetic is that of `convertdate`. Its Coptic calendar is the Ethiopian one with other names and another first year, its
Islamic calendar the arithmetical one: what people saw in the sky may differ by a day.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from convertdate import coptic, islamic, persian

Day = tuple[int, int, int]  # year, month, day

_COPTIC_YEAR_ONE = 276  # of the Ethiopian years


def in_gregorian(calendar: str, written: Day) -> Day | None:
    """The Gregorian day that `written` names in `calendar` (a key of CALENDARS); None where the calendar has no such day."""
    year, month, day = written
    if month < 1 or day < 1:
        return None
    return CALENDARS[calendar](year, month, day)


def _ethiopian(year: int, month: int, day: int) -> Day | None:
    coptic_year = year - _COPTIC_YEAR_ONE
    if month > 13 or day > coptic.month_length(coptic_year, month):
        return None
    return _ints(coptic.to_gregorian(coptic_year, month, day))


def _islamic(year: int, month: int, day: int) -> Day | None:
    if month > 12 or day > islamic.month_length(year, month):
        return None
    return _ints(islamic.to_gregorian(year, month, day))


def _persian(year: int, month: int, day: int) -> Day | None:
    """Six months of 31 days, then 30, counted from the new year; the last month ends where the next year begins."""
    if month > 12 or day > (31 if month <= 6 else 30):
        return None
    found = _persian_new_year(year) + timedelta(days=30 * (month - 1) + min(month - 1, 6) + day - 1)
    return (found.year, found.month, found.day) if found < _persian_new_year(year + 1) else None


@lru_cache(maxsize=256)
def _persian_new_year(year: int) -> date:
    """An equinox is 30 milliseconds of work: once a year is enough."""
    return date(*_ints(persian.to_gregorian(year, 1, 1)))


def _next_century(year: int, month: int, day: int) -> Day | None:
    try:
        date(year + 100, month, day)
    except ValueError:
        return None
    return year + 100, month, day


def _ints(found: tuple[float, float, float]) -> Day:
    year, month, day = found
    return int(year), int(month), int(day)


CALENDARS: Mapping[str, Callable[[int, int, int], Day | None]] = {
    "ethiopian": _ethiopian,
    "islamic": _islamic,
    "persian": _persian,
    "next_century": _next_century,
}
