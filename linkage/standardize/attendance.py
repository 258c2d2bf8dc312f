"""Enrollments as text -> Attendance: intervals of days and the State of each."""

import numpy as np

from linkage.hashing import NOTHING, hash_column
from linkage.records import ENROLLMENT_COLUMNS, Attendance, Enrollments, Int64, RecordTable, TextColumn
from linkage.standardize.codes import read_values
from linkage.standardize.dates import date_column
from linkage.standardize.days import NO_DAY, day_numbers, first_of_month, year_of
from linkage.standardize.layout import CodeKind
from rules.guards import AttendanceGuard
from rules.name_tables import NameTables
from rules.rulebook import Rulebook


def read_attendance(table: RecordTable, rulebook: Rulebook) -> Attendance | None:
    """When and where each record of `table` was enrolled; None if the table does not tell of enrollments.

    An enrollment without a first day, or without a State, is left out. One without a last day ends as GUARD-ATTENDANCE in
    the policy says.
    """
    tables, limits = rulebook.tables, rulebook.policy.guards.attendance
    given = table.enrollments or _from_columns(table)
    if given is None:
        return None
    enrolled, resident, withdrawn, school, move = (given.columns[column] for column in ENROLLMENT_COLUMNS)
    start = _first_of(_days(enrolled, tables), _days(resident, tables), NO_DAY)
    end = _first_of(_days(withdrawn, tables), _likely_end(start, limits), NO_DAY)
    place = _first_of(_states(school, tables), _states(move, tables), NOTHING)
    usable = (start != NO_DAY) & (end >= start) & (place != NOTHING)
    kept_before = np.concatenate([[0], np.cumsum(usable)])
    return Attendance(kept_before[given.offsets], start[usable], end[usable], place[usable])


def _from_columns(table: RecordTable) -> Enrollments | None:
    """One enrollment a record: the columns of an upload."""
    if not set(ENROLLMENT_COLUMNS[:2]) & set(table.columns):
        return None
    blank = TextColumn.blank(len(table))
    columns = {column: table.columns.get(column, blank) for column in ENROLLMENT_COLUMNS}
    return Enrollments(np.arange(len(table) + 1), columns)


def _first_of(one: Int64, other: Int64, missing: int) -> Int64:
    return np.where(one == missing, other, one)


def _days(column: TextColumn, tables: NameTables) -> Int64:
    return day_numbers(date_column(column, tables))


def _states(column: TextColumn, tables: NameTables) -> Int64:
    read: Int64 = hash_column(read_values(column.values, CodeKind.STATE, tables))[column.codes]
    return read


def _likely_end(start: Int64, limits: AttendanceGuard) -> Int64:
    """The end of the school year in which each enrollment began, and not sooner than the least days after."""
    month, day = (int(part) for part in limits.school_year_ends.split("-"))
    known = np.where(start == NO_DAY, 0, start)
    years, months = year_of(known), np.full(len(start), month)
    this, following = (first_of_month(year, months) + day - 1 for year in (years, years + 1))
    end = np.where(this >= known, this, following)
    longest: Int64 = np.maximum(end, known + limits.open_ended_days)
    return longest
