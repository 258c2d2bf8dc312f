"""Which children the current child count holds: Category 1, children aged 3 to 21, eligible and resident in the period.

The period runs from the first of September to the end of August. A child counts once in each State where it was resident, and States
count students: two students of one child count twice (34 CFR 200.81-200.85; `child_count` in policy.yaml).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow
from rules.policy import ChildCount

# What shows that a child was there on that day.
_PRESENCE = (
    "qualifying_arrival_date",
    "enrollment_date",
    "withdrawal_date",
    "residency_date",
    "residency_verification_date",
)


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


def counted(session: Session, record_ids: Iterable[int], period: Period, rules: ChildCount) -> list[Counted]:
    """Those of the records that make their student count in the period."""
    statement = (
        select(SourceRecord.id, SourceRecord.state, SourceRecordVersion.birth_date, SourceRow)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .join(SourceRow, SourceRow.source_record_id == SourceRecord.id)
        .where(SourceRecord.id.in_(sorted(set(record_ids))))
        .where(SourceRecordVersion.is_current, SourceRow.last_version.is_(None))
        .order_by(SourceRecord.id)
    )
    found = {
        (record_id, state)
        for record_id, state, born, row in session.execute(statement)
        if _of_age(born, period, rules) and _eligible(row, period) and _present(row, period)
    }
    return [Counted(record_id, state) for record_id, state in sorted(found)]


def _of_age(born: str, period: Period, rules: ChildCount) -> bool:
    """Whether the child is old enough at the end of the period and not too old at its beginning. An unknown age may count."""
    birth = _day(born)
    if birth is None:
        return True
    return _age(birth, period.last) >= rules.least_age and _age(birth, period.first) <= rules.most_age


def _age(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _eligible(row: SourceRow, period: Period) -> bool:
    """Eligibility lasts from the qualifying arrival to its expiration; what is not said does not exclude."""
    begins, ends = _day(row.qualifying_arrival_date), _day(row.eligibility_expiration_date)
    return (begins is None or begins <= period.last) and (ends is None or ends >= period.first)


def _present(row: SourceRow, period: Period) -> bool:
    days = (_day(getattr(row, column)) for column in _PRESENCE)
    return any(day is not None and period.first <= day <= period.last for day in days)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
