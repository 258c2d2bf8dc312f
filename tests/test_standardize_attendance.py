"""Enrollments become intervals of days in a State; how long two records were enrolled at once agrees with brute force."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.hashing import hash64
from linkage.records import ENROLLMENT_COLUMNS, Attendance, DateColumn, Enrollments, RecordTable, TextColumn
from linkage.score.attendance import days_together
from linkage.standardize.attendance import read_attendance
from linkage.standardize.dates import date_column
from linkage.standardize.days import NO_DAY, day_numbers
from tests.standardize_helpers import RULEBOOK, TABLES

EPOCH = date(1970, 1, 1)


def _table(*rows: dict[str, str]) -> RecordTable:
    columns = {column: TextColumn.of(row.get(column, "") for row in rows) for column in ENROLLMENT_COLUMNS}
    return RecordTable(tuple(map(str, range(len(rows)))), columns, ("TX",) * len(rows))


def _stays(*rows: dict[str, str]) -> list[list[tuple[str, str, int]]]:
    """(first day, last day, place) of each enrollment of each record."""
    read = read_attendance(_table(*rows), RULEBOOK)
    assert read is not None
    return _spelled(read)


def _spelled(read: Attendance) -> list[list[tuple[str, str, int]]]:
    days = [
        (str(EPOCH + timedelta(int(start))), str(EPOCH + timedelta(int(end))), int(place))
        for start, end, place in zip(read.start, read.end, read.place, strict=True)
    ]
    return [days[read.offsets[row] : read.offsets[row + 1]] for row in range(len(read.offsets) - 1)]


STAY = {"enrollment_date": "2025-09-02", "withdrawal_date": "2025-11-20", "facility_state": "TX"}


def test_an_enrollment_is_read_with_its_days_and_its_state() -> None:
    assert _stays(STAY) == [[("2025-09-02", "2025-11-20", hash64("TX"))]]
    assert _stays(STAY | {"facility_state": "Texas"}) == _stays(STAY)


@pytest.mark.parametrize(
    ("enrolled", "ends"),
    [
        ("2025-09-02", "2026-06-30"),
        ("2026-05-01", "2026-06-30"),
        ("2026-05-02", "2026-07-01"),
        ("2026-06-30", "2026-08-29"),
        ("2026-07-01", "2027-06-30"),
    ],
)
def test_an_enrollment_without_a_last_day_ends_with_its_school_year_or_lasts_sixty_days(
    enrolled: str, ends: str
) -> None:
    assert _stays(STAY | {"enrollment_date": enrolled, "withdrawal_date": ""})[0][0][:2] == (enrolled, ends)


def test_the_first_day_of_residence_and_the_state_of_the_move_stand_in() -> None:
    stay = {"residency_date": "2025-08-30", "withdrawal_date": "2025-11-20", "move_to_state": "WA"}
    assert _stays(stay) == [[("2025-08-30", "2025-11-20", hash64("WA"))]]


@pytest.mark.parametrize(
    "changes",
    [
        {"enrollment_date": ""},
        {"enrollment_date": "2025-02-30"},
        {"facility_state": ""},
        {"withdrawal_date": "2025-09-01"},
    ],
)
def test_an_enrollment_that_cannot_be_placed_in_time_or_space_is_left_out(changes: dict[str, str]) -> None:
    assert _stays(STAY, STAY | changes, STAY) == [_stays(STAY)[0], [], _stays(STAY)[0]]


def test_a_table_without_enrollments_tells_nothing() -> None:
    bare = RecordTable(("1",), {"first_name": TextColumn.of(["Ana"])}, ("TX",))
    assert read_attendance(bare, RULEBOOK) is None


def test_all_enrollments_of_a_record_count_not_only_the_one_in_its_columns() -> None:
    rows = [STAY, STAY | {"facility_state": "WA"}, STAY]
    enrollments = Enrollments(np.array([0, 2, 2, 3]), _table(*rows).columns)
    read = read_attendance(RecordTable(("1", "2", "3"), {}, ("TX",) * 3, enrollments), RULEBOOK)
    assert read is not None
    assert [len(stays) for stays in _spelled(read)] == [2, 0, 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(date(1900, 2, 2), date(2199, 12, 31)), max_size=8))
def test_day_numbers_count_the_days(dates: list[date]) -> None:
    column = date_column(TextColumn.of(one.isoformat() for one in dates), TABLES)
    numbers = day_numbers(column)
    for one, number, known in zip(dates, numbers.tolist(), column.valid.tolist(), strict=True):
        assert number == ((one - EPOCH).days if known else NO_DAY)


def test_an_impossible_date_has_no_day_number() -> None:
    column: DateColumn = date_column(TextColumn.of(["2012-13-02", "", "2012-02-30"]), TABLES)
    assert day_numbers(column).tolist() == [NO_DAY] * 3


STAYS = st.lists(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20), st.sampled_from([1, 2])), max_size=3),
    min_size=1,
    max_size=5,
)


def _attendance(stays: list[list[tuple[int, int, int]]]) -> Attendance:
    flat = [(start, start + length, place) for some in stays for start, length, place in some]
    start, end, place = np.array(flat, dtype=np.int64).reshape(-1, 3).T
    return Attendance(np.cumsum([0, *map(len, stays)]), start, end, place)


@settings(max_examples=150, deadline=None)
@given(STAYS, STAYS, st.booleans())
def test_the_longest_overlap_agrees_with_counting_days(
    left: list[list[tuple[int, int, int]]], right: list[list[tuple[int, int, int]]], one_place: bool
) -> None:
    pairs = [(a, b) for a in range(len(left)) for b in range(len(right))]
    rows_a, rows_b = np.array(pairs, dtype=np.int64).T
    found = days_together(_attendance(left), rows_a, _attendance(right), rows_b, one_place=one_place)
    for (a, b), days in zip(pairs, found.tolist(), strict=True):
        shared = [
            len(set(range(s, s + length + 1)) & set(range(t, t + other + 1)))
            for s, length, place in left[a]
            for t, other, where in right[b]
            if (place == where) == one_place
        ]
        assert days == max(shared, default=0)
