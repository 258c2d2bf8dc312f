"""The records of a birth-date conflict: what each State says, on which document, and which State is the receiving one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow


@dataclass(frozen=True, slots=True)
class Side:
    """One record, current version. `document`: the code that its State sends (MDE 15); `latest`: the day of its latest move or
    enrollment, "" if none is known.
    """

    record_id: int
    state: str
    state_student_id: str
    birth_date: str
    document: str
    latest: str


def sides_of(session: Session, record_ids: Iterable[int]) -> list[Side]:
    """By record id."""
    version = SourceRecordVersion
    what = (
        *(SourceRecord.id, SourceRecord.state, SourceRecord.state_student_id),
        *(version.birth_date, version.birth_date_verification),
    )
    moved_last, enrolled_last = func.max(SourceRow.qualifying_arrival_date), func.max(SourceRow.enrollment_date)
    statement = (
        select(*what, moved_last, enrolled_last)
        .join(version, version.source_record_id == SourceRecord.id)
        .outerjoin(SourceRow, (SourceRow.source_record_id == SourceRecord.id) & SourceRow.last_version.is_(None))
        .where(version.is_current, SourceRecord.id.in_(sorted(set(record_ids))))
        .group_by(*what)
        .order_by(SourceRecord.id)
    )
    return [
        Side(record, state, number, born, document, max(moved or "", enrolled or ""))
        for record, state, number, born, document, moved, enrolled in session.execute(statement)
    ]


def receiving(sides: Sequence[Side]) -> Side:
    """The one with the latest move or enrollment; of two on one day, the record that came later."""
    return max(sides, key=lambda side: (side.latest, side.record_id))


def differ(sides: Iterable[Side]) -> bool:
    """Whether two of the records say different birth dates."""
    return len({side.birth_date for side in sides if side.birth_date}) > 1
