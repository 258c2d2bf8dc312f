"""Birth dates: every way of getting a date wrong has its own level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.dates import classify

Written = tuple[int, int, int]


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ((2012, 8, 3), (2012, 8, 3), "same"),
        ((2012, 8, 3), (2012, 3, 8), "swapped"),
        ((2012, 8, 13), (2012, 8, 31), "transposed"),
        ((2012, 8, 3), (2012, 8, 5), "one_digit"),
        ((2012, 8, 3), (2012, 7, 3), "one_digit"),
        ((2012, 8, 3), (2013, 8, 3), "same_day"),
        ((2012, 8, 3), (2021, 8, 3), "same_day"),
        ((2012, 8, 3), (2012, 10, 17), "near"),
        ((2012, 8, 3), (2014, 1, 22), "sibling_gap"),
        ((2012, 8, 3), (1994, 1, 22), "different"),
        ((2012, 8, 3), (0, 0, 0), "missing"),
        ((2012, 13, 31), (2012, 13, 31), "same"),
    ],
)
def test_a_pair_of_dates_has_its_level(left: Written, right: Written, level: str) -> None:
    assert classify(left, right, soft=False) == level


def test_january_first_fits_any_day_of_the_year_and_the_next() -> None:
    assert classify((2012, 1, 1), (2012, 8, 23), soft=True) == "placeholder"
    assert classify((2012, 1, 1), (2013, 8, 23), soft=True) == "placeholder"
    assert classify((2012, 1, 1), (2014, 8, 23), soft=True) == "placeholder"
    assert classify((2012, 1, 1), (2016, 8, 23), soft=True) == "sibling_gap"


def test_two_equal_assigned_dates_are_less_than_the_same_date() -> None:
    assert classify((2012, 1, 1), (2012, 1, 1), soft=True) == "same_assigned"


def test_one_day_in_two_calendars_has_its_level() -> None:
    none = (0, 0, 0)
    assert classify((2012, 8, 3), (2004, 11, 27), (none, (2012, 8, 3)), soft=False) == "other_calendar"
    assert classify((2012, 8, 3), (2004, 11, 28), (none, (2012, 8, 4)), soft=False) == "different"
    assert classify((2010, 8, 3), (1910, 8, 3), (none, (2010, 8, 3)), soft=False) == "other_calendar"


def test_a_converted_date_is_told_from_one_that_was_written_so() -> None:
    persian, ethiopian = (1391, 5, 13), (2020, 4, 12)
    assert classify((2012, 8, 3), (2012, 8, 3), (persian, ethiopian), soft=False) == "other_calendar"
    assert classify((2012, 8, 3), (2012, 8, 3), (persian, persian), soft=False) == "same"


def test_equal_other_readings_are_no_agreement() -> None:
    other = (2012, 8, 3)
    assert classify((2004, 11, 27), (1998, 2, 5), (other, other), soft=False) == "different"


def test_two_assigned_days_of_distant_years_are_no_slip_of_the_finger() -> None:
    assert classify((2012, 1, 1), (2015, 1, 1), soft=True) == "sibling_gap"
    assert classify((2012, 1, 2), (2014, 1, 2), soft=False) == "same_day"


DATES = st.tuples(st.integers(1950, 2030), st.integers(0, 14), st.integers(0, 32))


@given(DATES, DATES, st.tuples(DATES, DATES), st.booleans())
def test_the_level_does_not_depend_on_the_side(
    left: Written, right: Written, others: tuple[Written, Written], soft: bool
) -> None:
    assert classify(left, right, others, soft=soft) == classify(right, left, others[::-1], soft=soft)


@given(st.dates())
def test_a_swap_is_seen_whenever_day_and_month_differ_and_both_can_be_months(date: object) -> None:
    year, month, day = date.year, date.month, date.day  # type: ignore[attr-defined]
    if day <= 12 and day != month:
        assert classify((year, month, day), (year, day, month), soft=False) == "swapped"
