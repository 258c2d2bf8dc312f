"""Which children the current child count holds: Category 1, children aged 3 to 21, eligible and resident in the period.

The period runs from the first of September to the end of August. A child counts once in each State where it was resident, and States
count students: two students of one child count twice (34 CFR 200.81-200.85; `child_count` in policy.yaml).

Presence is shown by a day that falls into the period while the child is eligible: an arrival (a new Certificate of Eligibility), the first
or the last day of an enrollment, a residency date or its verification. Whoever becomes old enough within the period was too young
on its earlier days: then only a residency verified on or after that birthday counts (MDE 73).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity.context import policy, state_name
from linkage.store.database import read_once
from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow
from rules.policy import ChildCount

# What shows that a child was there from that day on.
_BEGINNINGS = ("qualifying_arrival_date", "enrollment_date", "residency_date", "residency_verification_date")
ELIGIBLE_YEARS = 3  # from a qualifying arrival on, where no end is given


@dataclass(frozen=True, slots=True)
class Period:
    """A performance period; `last` is included."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date, rules: ChildCount) -> "Period":
        """The period that `day` falls into."""
        year = day.year if day.month >= rules.first_month else day.year - 1
        first = date(year, rules.first_month, 1)
        return cls(first, date.fromordinal(date(year + 1, rules.first_month, 1).toordinal() - 1))


@dataclass(frozen=True, slots=True)
class Counted:
    """A record because of which its student counts in a State."""

    record_id: int
    state: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a regrouping does to the count: State -> students more or less, only where it changes; and the same in words."""

    period: Period
    changes: Mapping[str, int]
    sentence: str


def counted(session: Session, record_ids: Iterable[int], day: date) -> list[Counted]:
    """Those of the records that make their student count in the period of this day."""
    ids = sorted(set(record_ids))
    return list(read_once(session, ("counted", day, *ids), lambda: _counted(session, ids, day)))


def _counted(session: Session, ids: Sequence[int], day: date) -> list[Counted]:
    rules = policy(session).child_count
    period = Period.of(day, rules)
    statement = (
        select(SourceRecord.id, SourceRecord.state, SourceRecordVersion.birth_date, SourceRow)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .join(SourceRow, SourceRow.source_record_id == SourceRecord.id)
        .where(SourceRecord.id.in_(ids))
        .where(SourceRecordVersion.is_current, SourceRow.last_version.is_(None))
        .order_by(SourceRecord.id)
    )
    found = {
        (record_id, state)
        for record_id, state, born, row in session.execute(statement)
        if _counts(_day(born), row, period, rules)
    }
    return [Counted(record_id, state) for record_id, state in sorted(found)]


def effect(session: Session, before: Sequence[Collection[int]], after: Sequence[Collection[int]], day: date) -> Effect:
    """How the counts of the States change if the students `before` become the students `after`; each student as its record ids.

    One query. `day` says which period is meant.
    """
    records = {record for group in (*before, *after) for record in group}
    state_of = {one.record_id: one.state for one in counted(session, records, day)}
    totals = [_totals(groups, state_of) for groups in (before, after)]
    changes = {state: totals[1][state] - totals[0][state] for state in sorted({*totals[0], *totals[1]})}
    changes = {state: change for state, change in changes.items() if change}
    verb = "Merging" if len(after) < len(before) else "Splitting" if len(after) > len(before) else "Regrouping"
    return Effect(Period.of(day, policy(session).child_count), changes, _sentence(verb, changes))


def _totals(groups: Sequence[Collection[int]], state_of: Mapping[int, str]) -> Counter[str]:
    """State -> how many of the students count in it."""
    return Counter(state for group in groups for state in {state_of[one] for one in group if one in state_of})


def _sentence(verb: str, changes: Mapping[str, int]) -> str:
    if not changes:
        return f"{verb} does not change the child count."
    return " ".join(
        f"{verb} lowers the count of {state_name(state)} by {-change}."
        if change < 0
        else f"{verb} raises the count of {state_name(state)} by {change}."
        for state, change in changes.items()
    )


def _counts(birth: date | None, row: SourceRow, period: Period, rules: ChildCount) -> bool:
    """An unknown age may count, and so may an eligibility of which nothing is said."""
    eligible = _eligible(row, period)
    if eligible is None or (birth is not None and _age(birth, period.first) > rules.most_age):
        return False
    if birth is None or _age(birth, period.first) >= rules.least_age:
        return any(eligible.first <= day <= eligible.last for day in _presence(row, eligible))
    verified = _day(row.residency_verification_date)
    return (
        verified is not None
        and _age(birth, verified) >= rules.least_age
        and eligible.first <= verified <= eligible.last
    )


def _age(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _eligible(row: SourceRow, period: Period) -> Period | None:
    """The days of the period on which the child is eligible; None if there is none."""
    begins, ends = _day(row.qualifying_arrival_date), _day(row.eligibility_expiration_date)
    if begins is not None and ends is None:
        ends = begins + timedelta(days=round(365.25 * ELIGIBLE_YEARS) - 1)
    first, last = max(begins or period.first, period.first), min(ends or period.last, period.last)
    return Period(first, last) if first <= last else None


def _presence(row: SourceRow, eligible: Period) -> Iterator[date]:
    """Days on which the child was there."""
    for column in _BEGINNINGS:
        day = _day(getattr(row, column))
        if day is not None:
            yield day
    began, withdrawn = _day(row.enrollment_date), _day(row.withdrawal_date)
    if withdrawn is not None and withdrawn >= eligible.first:
        # Somebody who leaves after the eligibility has ended was there before, unless the enrollment began later.
        yield max(began or withdrawn, min(withdrawn, eligible.last))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
