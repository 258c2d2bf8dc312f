"""By when an item must be looked at and settled, and when somebody is to be reminded or it is passed up. Decides nothing.

Of several States the strictest counts: the earliest moment, each in its own time zone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from linkage.identity.business_days import begins, ends, shifted, zone_of
from rules.policy import Deadline, Policy

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Due:
    """`answer`: somebody has looked at it; `resolve`: it is settled, at the end of a business day."""

    answer: datetime
    resolve: datetime


def due(policy: Policy, states: Iterable[str], opened: datetime) -> Due:
    """The deadlines of an item of these States that opened at this moment."""
    known = sorted(states)
    hours = min(policy.deadlines.of(state).answer_hours for state in known)
    resolve = _earliest(policy, known, opened, lambda rules, zone, day: ends(shifted(day, rules.resolve_days), zone))
    return Due(opened + timedelta(hours=hours), resolve)


def remind_at(policy: Policy, states: Iterable[str], resolve: datetime) -> datetime:
    """When somebody is to be reminded that an item must be settled by `resolve`: at the beginning of a business day."""
    last = resolve - _INSTANT  # `resolve` is the end of the last day
    return _earliest(
        policy, states, last, lambda rules, zone, day: begins(shifted(day, -rules.remind_days_before), zone)
    )


def pass_up_at(policy: Policy, states: Iterable[str], resolve: datetime, passed_up: datetime | None) -> datetime:
    """When an overdue item goes one level up; `passed_up`: when the service did so last. At most once a business day."""
    base = max(resolve - _INSTANT, passed_up) if passed_up else resolve - _INSTANT
    least = 1 if passed_up else 0
    return _earliest(
        policy, states, base, lambda rules, zone, day: ends(shifted(day, max(least, rules.escalate_after_days)), zone)
    )


def _earliest(
    policy: Policy, states: Iterable[str], moment: datetime, of: Callable[[Deadline, ZoneInfo, date], datetime]
) -> datetime:
    moments = []
    for state in states:
        zone = zone_of(policy, state)
        moments.append(of(policy.deadlines.of(state), zone, moment.astimezone(zone).date()))
    return min(moments)
