"""Dates of other calendars: what they become, and that two records of one child meet and agree whichever calendar each used."""

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.block.index import build_index
from linkage.records import TextColumn
from linkage.standardize.calendars import in_gregorian
from linkage.standardize.dates import date_column, read_date
from rules.matching import BlockingRule
from tests.compare_helpers import child
from tests.oracle.dates import BirthDates
from tests.standardize_helpers import TABLES, standard

CHILD_DAYS = st.dates(date(1995, 1, 1), date(2026, 12, 31))


def numbers(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


@cache
def days_of(calendar: str, first: int, last: int) -> dict[tuple[int, int, int], tuple[int, int, int]]:
    """Gregorian day -> day in the calendar, for all days of some of its years."""
    every = ((year, month, day) for year in range(first, last) for month in range(1, 14) for day in range(1, 32))
    return {found: foreign for foreign in every if (found := in_gregorian(calendar, foreign))}


def ethiopian(day: date) -> tuple[int, int, int]:
    return days_of("ethiopian", 1985, 2021)[numbers(day)]


def islamic(day: date) -> tuple[int, int, int]:
    return days_of("islamic", 1410, 1455)[numbers(day)]


def written(found: tuple[int, int, int]) -> str:
    return "{:04d}-{:02d}-{:02d}".format(*found)


@pytest.mark.parametrize(
    ("calendar", "foreign", "gregorian"),
    [
        ("ethiopian", (2000, 1, 1), (2007, 9, 12)),  # the Ethiopian millennium
        ("ethiopian", (2003, 13, 6), (2011, 9, 11)),
        ("ethiopian", (2016, 1, 1), (2023, 9, 12)),
        ("persian", (1400, 1, 1), (2021, 3, 21)),
        ("persian", (1399, 12, 30), (2021, 3, 20)),
        ("persian", (1357, 11, 22), (1979, 2, 11)),
        ("persian", (1391, 1, 1), (2012, 3, 20)),
        ("persian", (1384, 1, 1), (2005, 3, 21)),
        ("persian", (1403, 1, 1), (2024, 3, 20)),
        ("islamic", (1433, 9, 1), (2012, 7, 20)),
        ("islamic", (1445, 1, 1), (2023, 7, 19)),
        ("islamic", (1400, 1, 1), (1979, 11, 21)),  # by arithmetic; Mecca had seen the moon a day before
        ("next_century", (1910, 8, 3), (2010, 8, 3)),
    ],
)
def test_known_days_are_converted(calendar, foreign, gregorian) -> None:
    assert in_gregorian(calendar, foreign) == gregorian


@pytest.mark.parametrize(
    ("calendar", "foreign"),
    [
        ("ethiopian", (2004, 13, 6)),
        ("ethiopian", (2004, 1, 31)),
        ("ethiopian", (2004, 14, 1)),
        ("persian", (1400, 12, 30)),
        ("persian", (1400, 7, 31)),
        ("islamic", (1433, 2, 30)),
        ("islamic", (1433, 0, 3)),
        ("next_century", (1911, 2, 29)),
    ],
)
def test_a_day_that_the_calendar_lacks_is_not_converted(calendar, foreign) -> None:
    assert in_gregorian(calendar, foreign) is None


@pytest.mark.parametrize(
    ("calendar", "first", "last"), [("ethiopian", 1980, 2030), ("islamic", 1400, 1460), ("persian", 1360, 1412)]
)
def test_the_days_of_a_calendar_follow_each_other_without_a_gap(calendar, first, last) -> None:
    found = [date(*day) for day in days_of(calendar, first, last)]
    assert found == [found[0] + timedelta(days=number) for number in range(len(found))]


def test_a_year_of_two_calendars_stays_as_written_and_one_of_another_is_converted() -> None:
    both = read_date("2004-11-27", TABLES)
    assert ((both.year, both.month, both.day), (both.other_year, both.other_month, both.other_day)) == (
        (2004, 11, 27),
        (2012, 8, 3),
    )
    persian_only = read_date("1391-05-13", TABLES)
    assert (persian_only.year, persian_only.other_year, persian_only.valid) == (2012, 1391, True)
    assert read_date("2004-13-05", TABLES).other_year == 2012
    assert read_date("2012-13-31", TABLES).other_year == 0


@given(CHILD_DAYS)
def test_one_day_in_two_calendars_is_seen_from_both_sides(day) -> None:
    texts = [day.isoformat(), written(ethiopian(day)), written(islamic(day))]
    column = date_column(TextColumn.of(texts), TABLES)
    dates = BirthDates(column)
    for left, right in ((0, 1), (1, 0), (0, 2), (2, 0)):
        assert dates.level(left, right)[0] == "other_calendar"


def test_records_of_one_child_meet_whichever_calendar_each_used() -> None:
    name = "Abel | | Tesfaye | Girma"
    shorter = "Abel | | Tesfaye |"
    table = standard(child(name, birth_date="2012-08-03"), child(shorter, birth_date="2004-11-27"))
    rules = [BlockingRule(id="CALENDAR", keys=("given.sound", "surname.sound", "birth_date.either_calendar"))]
    assert build_index(table, rules).met_by(0, 1) == ("CALENDAR",)
    other_day = standard(child(name, birth_date="2012-08-03"), child(shorter, birth_date="2004-11-20"))
    assert not build_index(other_day, rules).met_by(0, 1)
