"""Every version of source records: which fields changed when, and from which upload."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from linkage.identity.context import column_title
from linkage.identity.record_views import values_of
from linkage.identity.student.views import FieldChange, VersionView
from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow
from linkage.store.records import DEMOGRAPHICS


def versions_of(session: Session, record_ids: Iterable[int]) -> tuple[VersionView, ...]:
    """Oldest first, in one query."""
    statement = (
        select(SourceRecord.id, SourceRecord.state, SourceRecord.state_student_id, SourceRecordVersion, _rows())
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .where(SourceRecord.id.in_(sorted(set(record_ids))))
        .order_by(SourceRecord.id, SourceRecordVersion.number)
    )
    found, before = [], dict.fromkeys(DEMOGRAPHICS, "")
    for record_id, state, state_student_id, version, rows in session.execute(statement):
        if version.number == 1:
            before = dict.fromkeys(DEMOGRAPHICS, "")
        after = values_of(version)
        found.append(
            VersionView(
                record_id=str(record_id),
                state=state,
                state_student_id=state_student_id,
                number=version.number,
                received=version.created,
                upload_id=version.upload_id,
                changes=tuple(
                    FieldChange(column_title(column), before[column], after[column])
                    for column in DEMOGRAPHICS
                    if before[column] != after[column]
                ),
                rows=rows,
            )
        )
        before = after
    return tuple(sorted(found, key=lambda one: (one.received, int(one.record_id), one.number)))


def _rows() -> ColumnElement[int]:
    """How many moves or enrollments a version brought or changed."""
    own = SourceRow.source_record_id == SourceRecordVersion.source_record_id
    statement = select(func.count()).where(own, SourceRow.first_version == SourceRecordVersion.number)
    return statement.correlate(SourceRecordVersion).scalar_subquery()
