"""Enrollments as text -> Attendance: intervals of days and the State of each."""

from collections.abc import Sequence

import numpy as np

from linkage.hashing import hash64
from linkage.records import Attendance, Enrollments, Int64, RecordTable
from linkage.standardize.codes import read_values
from linkage.standardize.dates import date_column
from linkage.standardize.days import NO_DAY, day_numbers, first_of_month, year_of
from linkage.standardize.layout import CodeKind
from rules.name_tables import NameTables

# First day enrolled, or else resident; last day; State of the school, or else of the qualifying move.
COLUMNS = ("enrollment_date", "residency_date", "withdrawal_date", "facility_state", "move_to_state")


def read_attendance(table: RecordTable, tables: NameTables, school_year_ends: str) -> Attendance | None:
    """When and where each record of `table` was enrolled; None if the table does not tell of enrollments.

    An enrollment without a first day, or without a State, is left out. One without a last day ends with the school year
    (`school_year_ends`, MM-DD) in which it began.
    """
    given = table.enrollments or _from_columns(table)
    if given is None:
        return None
    start = day_numbers(date_column(given.enrolled, tables))
    end = day_numbers(date_column(given.withdrawn, tables))
    end = np.where(end == NO_DAY, _end_of_school_year(start, school_year_ends), end)
    place = _places(given.states, tables)
    usable = (start != NO_DAY) & (end >= start) & (place != 0)
    kept_before = np.concatenate([[0], np.cumsum(usable)])
    return Attendance(kept_before[given.offsets], start[usable], end[usable], place[usable])


def _from_columns(table: RecordTable) -> Enrollments | None:
    """One enrollment a record: the columns of an upload."""
    if not {"enrollment_date", "residency_date"} & set(table.columns):
        return None
    nothing = ("",) * len(table)
    enrolled, resident, withdrawn, schools, moves = (table.columns.get(column, nothing) for column in COLUMNS)
    started = tuple(first or second for first, second in zip(enrolled, resident, strict=True))
    states = tuple(school or move for school, move in zip(schools, moves, strict=True))
    return Enrollments(np.arange(len(table) + 1), started, tuple(withdrawn), states)


def _places(states: Sequence[str], tables: NameTables) -> Int64:
    read = read_values(states, CodeKind.STATE, tables)
    numbers = {state: hash64(state) for state in set(read)}
    return np.array([numbers[state] for state in read], dtype=np.int64)


def _end_of_school_year(start: Int64, school_year_ends: str) -> Int64:
    """The next such day on or after each start."""
    month, day = (int(part) for part in school_year_ends.split("-"))
    known = np.where(start == NO_DAY, 0, start)
    years, months = year_of(known), np.full(len(start), month)
    this, following = (first_of_month(year, months) + day - 1 for year in (years, years + 1))
    return np.where(this >= known, this, following)
