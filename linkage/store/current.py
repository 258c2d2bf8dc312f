"""What is current in the store as the pipeline's columnar table: MDE columns, record numbers as ids, States as sources.

With all enrollments of each record, of which an upload's columns hold one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Row, Select, and_, case, select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.records import Enrollments, RecordTable, TextColumn
from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow
from linkage.store.records import DEMOGRAPHICS

AT_ONCE = 500  # records asked for in one query
COLUMNS = ("state_student_id", *DEMOGRAPHICS)


def current_table(session: Session) -> tuple[RecordTable, Mapping[str, int]]:
    """All current records, by record number, and the version of each."""
    rows = session.execute(_current().order_by(SourceRecord.id)).all()
    table = _table(rows, session.execute(_enrolled()).all())
    return table, {str(row.id): row.number for row in rows}


def version_table(session: Session, versions: Sequence[tuple[int, int]]) -> RecordTable:
    """These versions (source record, number) of records, in that order, as "record.number"; without their enrollments."""
    found: dict[tuple[int, int], Row[*tuple[object, ...]]] = {}
    records = sorted({record for record, _ in versions})
    for first in range(0, len(records), AT_ONCE):
        statement = _versions().where(SourceRecord.id.in_(records[first : first + AT_ONCE]))
        found |= {(row.id, row.number): row for row in session.execute(statement)}
    table = _table([found[version] for version in versions], ())
    return replace(table, ids=tuple(f"{record}.{number}" for record, number in versions), enrollments=None)


def is_empty(session: Session) -> bool:
    """Whether no record was ever stored."""
    return session.scalar(select(SourceRecord.id).limit(1)) is None


def one_table(session: Session, references: Sequence[str]) -> RecordTable:
    """The records named, in that order: by record number ("17") or State and State student ID ("TX:100234").

    Raises UnknownIdError.
    """
    rows = [_named(session, reference) for reference in references]
    concerned = SourceRow.source_record_id.in_([row.id for row in rows])
    return _table(rows, session.execute(_enrolled().where(concerned)).all())


def _named(session: Session, reference: str) -> Row[*tuple[object, ...]]:
    state, colon, state_student_id = reference.partition(":")
    if colon:
        named = and_(SourceRecord.state == state.upper(), SourceRecord.state_student_id == state_student_id)
    elif reference.isascii() and reference.isdigit():
        named = SourceRecord.id == int(reference)
    else:
        raise UnknownIdError(
            f"`{reference}` names no record.", "Give a record number, or STATE:student-id (TX:100234)."
        )
    row = session.execute(_current().where(named)).one_or_none()
    if row is None:
        raise UnknownIdError(f"There is no record {reference}.", "Search for it in the review queue.")
    return row


def _current() -> Select[*tuple[object, ...]]:
    return _versions().where(SourceRecordVersion.is_current)


def _versions() -> Select[*tuple[object, ...]]:
    columns = [getattr(SourceRecordVersion, column) for column in DEMOGRAPHICS]
    return select(
        SourceRecord.id, SourceRecord.state, SourceRecordVersion.number, SourceRecord.state_student_id, *columns
    ).join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)


def _enrolled() -> Select[int, str, str, str]:
    """Record number, first day, last day and State of every current row of moves and enrollments."""
    return (
        select(
            SourceRow.source_record_id,
            case((SourceRow.enrollment_date != "", SourceRow.enrollment_date), else_=SourceRow.residency_date),
            SourceRow.withdrawal_date,
            case((SourceRow.facility_state != "", SourceRow.facility_state), else_=SourceRow.move_to_state),
        )
        .where(SourceRow.last_version.is_(None))
        .order_by(SourceRow.source_record_id, SourceRow.id)
    )


def _table(rows: Sequence[Row[*tuple[object, ...]]], enrolled: Sequence[Row[int, str, str, str]]) -> RecordTable:
    return RecordTable(
        ids=tuple(str(row.id) for row in rows),
        columns={column: TextColumn.of(getattr(row, column) for row in rows) for column in COLUMNS},
        sources=tuple(row.state for row in rows),
        enrollments=_enrollments([row.id for row in rows], enrolled),
    )


def _enrollments(record_ids: Sequence[int], enrolled: Sequence[Row[int, str, str, str]]) -> Enrollments:
    """The rows by record, in the order of `record_ids`."""
    of_record: dict[int, list[tuple[str, str, str]]] = {}
    for record_id, start, end, state in enrolled:
        of_record.setdefault(record_id, []).append((start, end, state))
    stays = [of_record.get(record_id, []) for record_id in record_ids]
    flat = [stay for some in stays for stay in some]
    return Enrollments(
        offsets=np.cumsum([0, *map(len, stays)], dtype=np.int64),
        enrolled=tuple(start for start, _, _ in flat),
        withdrawn=tuple(end for _, end, _ in flat),
        states=tuple(state for _, _, state in flat),
    )
