"""Date columns: text -> the numbers as written, with placeholders taken out and assigned birthdays marked."""

import re
from datetime import date
from typing import NamedTuple

import numpy as np

from linkage.ingest.values import parse_date
from linkage.records import DateColumn, TextColumn
from rules.name_tables import NameTables

_YEAR_FIRST = re.compile(r"\s*(\d{4})\D?(\d{2})\D?(\d{2})(?!\d)")


class Written(NamedTuple):
    """A date as numbers; year 0 = missing."""

    year: int
    month: int
    day: int
    valid: bool
    soft: bool


MISSING_DATE = Written(0, 0, 0, valid=False, soft=False)


def read_date(text: str, tables: NameTables) -> Written:
    """`2012-08-03` and the usual spellings; an impossible year-first date keeps its numbers. Anything else is missing."""
    numbers = _numbers(text)
    if not numbers[0] or numbers in tables.date_placeholders:
        return MISSING_DATE
    return Written(*numbers, valid=_exists(numbers), soft=numbers[1:] in tables.assigned_days)


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
    )


def _numbers(text: str) -> tuple[int, int, int]:
    parsed = parse_date(text) if text.strip() else None
    if parsed:
        return parsed.year, parsed.month, parsed.day
    found = _YEAR_FIRST.match(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _exists(numbers: tuple[int, int, int]) -> bool:
    try:
        date(*numbers)
    except ValueError:
        return False
    return True
