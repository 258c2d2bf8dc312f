"""Date columns: text -> year, month and day, what else they may mean, placeholders taken out, assigned birthdays marked."""

import re
from datetime import date
from typing import NamedTuple

import numpy as np

from linkage.ingest.values import parse_date
from linkage.records import DateColumn, TextColumn
from linkage.standardize.calendars import Day, in_gregorian
from rules.name_tables import NameTables

_YEAR_FIRST = re.compile(r"\s*(\d{4})\D?(\d{2})\D?(\d{2})(?!\d)")
_FIRST_GREGORIAN = 1753  # an earlier year of birth is a year of another calendar
_NO_DAY: Day = (0, 0, 0)


class Written(NamedTuple):
    """A date as numbers, and its other reading; year 0 = missing, or no other reading."""

    year: int
    month: int
    day: int
    valid: bool
    soft: bool
    other_year: int = 0
    other_month: int = 0
    other_day: int = 0


MISSING_DATE = Written(0, 0, 0, valid=False, soft=False)


def read_date(text: str, tables: NameTables) -> Written:
    """`2012-08-03` and the usual spellings; an impossible year-first date keeps its numbers. Anything else is missing.

    A year that can only be of another calendar (1433) is converted, and its other reading is what was written. Where the year
    can be of two calendars (2004), the date stays as written, and its other reading is the converted one.
    """
    numbers = _numbers(text)
    if not numbers[0] or numbers in tables.date_placeholders:
        return MISSING_DATE
    soft = numbers[1:] in tables.assigned_days
    converted = _converted(numbers, tables)
    if converted and numbers[0] < _FIRST_GREGORIAN:
        return Written(*converted, True, soft, *numbers)
    return Written(*numbers, _exists(numbers), soft, *(converted or _NO_DAY))


def _converted(numbers: Day, tables: NameTables) -> Day | None:
    calendar = tables.calendars.get(numbers[0])
    return in_gregorian(calendar, numbers) if calendar else None


def date_column(texts: TextColumn, tables: NameTables) -> DateColumn:
    """Every distinct text is read once."""
    read = np.array([read_date(text, tables) for text in texts.values], dtype=np.int32)
    written = read.reshape(-1, len(Written._fields))[texts.codes]
    small = written.astype(np.int8)
    return DateColumn(
        year=np.ascontiguousarray(written[:, 0]),
        month=np.ascontiguousarray(small[:, 1]),
        day=np.ascontiguousarray(small[:, 2]),
        valid=np.ascontiguousarray(small[:, 3]),
        soft=np.ascontiguousarray(small[:, 4]),
        other_year=np.ascontiguousarray(written[:, 5]),
        other_month=np.ascontiguousarray(small[:, 6]),
        other_day=np.ascontiguousarray(small[:, 7]),
    )


def _numbers(text: str) -> Day:
    parsed = parse_date(text) if text.strip() else None
    if parsed:
        return parsed.year, parsed.month, parsed.day
    found = _YEAR_FIRST.match(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _exists(numbers: Day) -> bool:
    try:
        date(*numbers)
    except ValueError:
        return False
    return True
