"""Days on which nothing is applied because the numbers of a count are frozen: decide now, apply on the day after."""

from collections.abc import Collection
from datetime import date, datetime

from linkage.identity.business_days import ends, zone_of
from rules.policy import Blackout, Policy


def applies_at(policy: Policy, states: Collection[str], now: datetime) -> datetime | None:
    """When a decision about records of these States takes effect: None = at once, else the first moment after the blackout.

    A blackout begins and ends at midnight of the State; of several States the last one counts.
    """
    moments = [moment for state in sorted(states) if (moment := _after(policy, state, now))]
    return max(moments, default=None)


def title(policy: Policy, states: Collection[str], now: datetime) -> str:
    """What the blackout of today is called, as the data administrators wrote it; "" outside of one."""
    found = (_on(policy.blackouts, state, now.astimezone(zone_of(policy, state)).date()) for state in sorted(states))
    return next((one.title for one in found if one), "")


def _after(policy: Policy, state: str, now: datetime) -> datetime | None:
    zone = zone_of(policy, state)
    moment = now
    while (blackout := _on(policy.blackouts, state, moment.astimezone(zone).date())) is not None:
        moment = ends(blackout.last, zone)
    return None if moment is now else moment


def _on(blackouts: Collection[Blackout], state: str, day: date) -> Blackout | None:
    return next(
        (one for one in blackouts if one.first <= day <= one.last and (not one.states or state in one.states)), None
    )
