"""Days on which offices are open, and what time it is in a State. Pure: the moment is always passed in.

A business day is no Saturday, no Sunday and no federal holiday, as observed.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from rules.policy import Policy

SATURDAY = 5

# Where each State's capital is; `time_zones` of policy.yaml may say otherwise.
_CAPITALS = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Juneau": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_ZONES = {state: zone for zone, states in _CAPITALS.items() for state in states.split()}
_ELSEWHERE = "America/Mexico_City"  # the element list knows the States of Mexico as well


def zone_of(policy: Policy, state: str) -> ZoneInfo:
    """The time zone of a State."""
    return ZoneInfo(policy.deadlines.time_zones.get(state) or _ZONES.get(state, _ELSEWHERE))


def is_business_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _federal_holidays(day.year)


def shifted(day: date, days: int) -> date:
    """So many business days after `day`, or before it if negative; `day` itself need not be one."""
    step = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= is_business_day(day)
    return day


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), zone)


def ends(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a day, whether it has 23, 24 or 25 hours."""
    return begins(day + timedelta(days=1), zone)


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    """Also a New Year's Day that is observed on the last day of this year."""
    return frozenset(holidays.country_holidays("US", years=(year, year + 1)))
