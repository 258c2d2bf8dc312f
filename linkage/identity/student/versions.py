"""Every version of source records: which fields changed when, and from which upload."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.identity.context import column_title
from linkage.identity.record_views import values_of
from linkage.identity.student.views import FieldChange, VersionView
from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow
from linkage.store.records import DEMOGRAPHICS


def versions_of(session: Session, record_ids: Iterable[int]) -> tuple[VersionView, ...]:
    """Oldest first, in two queries."""
    ids = sorted(set(record_ids))
    rows = _rows(session, ids)
    statement = (
        select(SourceRecord, SourceRecordVersion)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .where(SourceRecord.id.in_(ids))
        .order_by(SourceRecord.id, SourceRecordVersion.number)
    )
    found, before = [], dict.fromkeys(DEMOGRAPHICS, "")
    for record, version in session.execute(statement):
        if version.number == 1:
            before = dict.fromkeys(DEMOGRAPHICS, "")
        after = values_of(version)
        found.append(
            VersionView(
                record_id=str(record.id),
                state=record.state,
                state_student_id=record.state_student_id,
                number=version.number,
                received=version.created,
                upload_id=version.upload_id,
                changes=tuple(
                    FieldChange(column_title(column), before[column], after[column])
                    for column in DEMOGRAPHICS
                    if before[column] != after[column]
                ),
                rows=rows[record.id, version.number],
            )
        )
        before = after
    return tuple(sorted(found, key=lambda one: (one.received, int(one.record_id), one.number)))


def _rows(session: Session, ids: list[int]) -> Counter[tuple[int, int]]:
    """(record, version) -> how many moves or enrollments it brought or changed."""
    key = (SourceRow.source_record_id, SourceRow.first_version)
    statement = select(*key, func.count()).where(SourceRow.source_record_id.in_(ids)).group_by(*key)
    return Counter({(record, version): number for record, version, number in session.execute(statement)})
