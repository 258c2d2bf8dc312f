"""Dates of other calendars: what they become, and that two records of one child meet and agree whichever calendar each used."""

from datetime import date, timedelta

import pytest
from convertdate import coptic, islamic, persian
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.block.meeting import Meeting
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


def ethiopian(day: date) -> tuple[int, int, int]:
    year, month, of_month = coptic.from_gregorian(*numbers(day))
    return year + 276, month, of_month


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


@given(CHILD_DAYS)
def test_conversion_undoes_the_conversion_of_the_library(day) -> None:
    assert in_gregorian("ethiopian", ethiopian(day)) == numbers(day)
    assert in_gregorian("islamic", islamic.from_gregorian(*numbers(day))) == numbers(day)


@settings(max_examples=15, deadline=None)  # an equinox takes 30 milliseconds
@given(CHILD_DAYS)
def test_the_persian_calendar_is_that_of_the_library(day) -> None:
    assert in_gregorian("persian", persian.from_gregorian(*numbers(day))) == numbers(day)


def test_persian_days_follow_each_other() -> None:
    days = [in_gregorian("persian", (1391, month, day)) for month in range(1, 13) for day in range(1, 32)]
    found = [date(*each) for each in days if each]
    assert len(found) == 366  # 1391 was a leap year
    assert found == [found[0] + timedelta(days=number) for number in range(366)]


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
    texts = [day.isoformat(), written(ethiopian(day)), written(islamic.from_gregorian(*numbers(day)))]
    column = date_column(TextColumn.of(texts), TABLES)
    dates = BirthDates(column)
    for left, right in ((0, 1), (1, 0), (0, 2), (2, 0)):
        assert dates.level(left, right)[0] == "other_calendar"


def test_records_of_one_child_meet_whichever_calendar_each_used() -> None:
    name = "Abel | | Tesfaye | Girma"
    shorter = "Abel | | Tesfaye |"
    table = standard(child(name, birth_date="2012-08-03"), child(shorter, birth_date="2004-11-27"))
    rules = [BlockingRule(id="CALENDAR", keys=("given.sound", "surname.sound", "birth_date.either_calendar"))]
    assert Meeting(table, rules).would_meet(0, 1)
    other_day = standard(child(name, birth_date="2012-08-03"), child(shorter, birth_date="2004-11-20"))
    assert not Meeting(other_day, rules).would_meet(0, 1)
