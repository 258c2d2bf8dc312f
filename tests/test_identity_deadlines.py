"""By when: business days, holidays, clocks put forward and back, several time zones, and the strictest of several States."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linkage.identity import deadlines
from linkage.identity.business_days import begins, ends, is_business_day, shifted, zone_of
from rules.in_force import load_policy
from rules.mde_list import load_mde_list
from rules.policy import Policy

POLICY = load_policy()


def _with(**states: int) -> Policy:
    """The policy, with so many business days to resolve in these States."""
    rules = POLICY.deadlines
    own = {state: rules.default.model_copy(update={"resolve_days": days}) for state, days in states.items()}
    changed = rules.model_copy(update={"states": {**rules.states, **own}})
    return POLICY.model_copy(update={"deadlines": changed})


def _at(zone: str, *moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 7, 3), "Independence Day, on Saturday, is observed on Friday"),
        (date(2027, 7, 5), "Independence Day, on Sunday, is observed on Monday"),
        (date(2027, 12, 31), "New Year's Day 2028 is observed the year before"),
        (date(2026, 6, 19), "Juneteenth"),
        (date(2026, 11, 26), "Thanksgiving"),
        (date(2026, 1, 19), "Martin Luther King"),
    ],
)
def test_federal_holidays_are_no_business_days(day: date, holiday: str) -> None:
    assert not is_business_day(day), holiday


def test_days_are_counted_over_weekends_and_holidays_in_both_directions() -> None:
    wednesday = date(2026, 11, 25)
    assert shifted(wednesday, 1) == date(2026, 11, 27)  # Thanksgiving between
    assert shifted(wednesday, 2) == date(2026, 11, 30)
    assert shifted(date(2026, 11, 30), -2) == wednesday
    assert shifted(date(2026, 11, 28), 1) == date(2026, 11, 30)  # from a Saturday
    assert shifted(wednesday, 0) == wednesday


def test_an_item_is_to_be_settled_at_the_end_of_a_business_day_where_its_state_is() -> None:
    friday_evening = _at("America/New_York", 2026, 11, 20, 23, 30)  # Saturday already in UTC
    due = deadlines.due(POLICY, ["KY"], friday_evening.astimezone(UTC))
    assert due.answer == friday_evening + timedelta(hours=24)
    assert due.resolve == _at("America/New_York", 2026, 12, 1, 0, 0)  # five business days: Thanksgiving is none


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 6, 14 * 24 - 1), (10, 30, 17 * 24 + 1)])
def test_daylight_saving_moves_no_deadline_off_midnight(month: int, day: int, hours: int) -> None:
    """In March ten business days are an hour shorter; in November an hour longer, and Veterans Day lies between."""
    opened = begins(date(2026, month, day), ZoneInfo("America/Chicago"))
    due = deadlines.due(POLICY, ["TX"], opened)
    assert due.resolve.astimezone(ZoneInfo("America/Chicago")).hour == 0
    assert due.resolve.astimezone(UTC) - opened.astimezone(UTC) == timedelta(hours=hours + 24)


def test_the_day_on_which_the_clock_changes_has_its_own_length() -> None:
    zone = ZoneInfo("America/New_York")
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)):
        assert ends(day, zone).astimezone(UTC) - begins(day, zone).astimezone(UTC) == timedelta(hours=hours)


def test_of_several_states_the_strictest_counts_and_of_equals_the_one_whose_day_ends_first() -> None:
    opened = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
    assert deadlines.due(POLICY, ["WA", "KY"], opened).resolve == deadlines.due(POLICY, ["KY"], opened).resolve
    far = deadlines.due(POLICY, ["HI", "NY", "WA"], opened).resolve
    assert far == deadlines.due(POLICY, ["NY"], opened).resolve
    assert deadlines.due(_with(HI=9), ["HI", "NY"], opened).resolve.astimezone(ZoneInfo("Pacific/Honolulu")).day == 17


def test_one_is_reminded_before_and_it_is_passed_up_after_the_last_day() -> None:
    zone = ZoneInfo("America/Chicago")
    last = ends(date(2026, 11, 27), zone)  # the Friday after Thanksgiving
    assert deadlines.remind_at(POLICY, ["TX"], last) == begins(date(2026, 11, 24), zone)
    first = deadlines.pass_up_at(POLICY, ["TX"], last, None)
    assert first == ends(date(2026, 11, 30), zone)
    assert deadlines.pass_up_at(POLICY, ["TX"], last, first + timedelta(hours=1)) == ends(date(2026, 12, 2), zone)


def test_every_state_has_a_time_zone_and_the_policy_may_say_another() -> None:
    for state in load_mde_list().code_lists["states"].codes:
        assert zone_of(POLICY, state)
    assert zone_of(POLICY, "AZ") == ZoneInfo("America/Phoenix")  # no daylight saving
    other = POLICY.deadlines.model_copy(update={"time_zones": {"TX": "America/Denver"}})
    assert zone_of(POLICY.model_copy(update={"deadlines": other}), "TX") == ZoneInfo("America/Denver")
