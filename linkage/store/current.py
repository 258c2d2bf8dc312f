"""What is current in the store as the pipeline's columnar table: MDE columns, record numbers as ids, States as sources.

With all enrollments of each record, of which an upload's columns hold one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.records import ENROLLMENT_COLUMNS, Enrollments, RecordTable, TextColumn
from linkage.store.chunks import chunks
from linkage.store.models import SourceRecord, SourceRecordVersion, SourceRow
from linkage.store.records import DEMOGRAPHICS

COLUMNS = ("state_student_id", *DEMOGRAPHICS)


def current_table(session: Session, *, after: int = 0) -> tuple[RecordTable, Mapping[str, int]]:
    """All current records, by record number, and the version of each. `after`: those whose version came after that id."""
    wanted = SourceRecordVersion.id > after
    rows = session.execute(_current().where(wanted).order_by(SourceRecord.id)).all()
    enrolled = _enrolled()
    if after:
        changed = select(SourceRecordVersion.source_record_id).where(SourceRecordVersion.is_current, wanted)
        enrolled = enrolled.where(SourceRow.source_record_id.in_(changed))
    table = _table(rows, session.execute(enrolled).all())
    return table, {str(row.id): row.number for row in rows}


def version_table(session: Session, versions: Sequence[tuple[int, int]]) -> RecordTable:
    """These versions (source record, number) of records, in that order, as "record.number"; without their enrollments."""
    found: dict[tuple[int, int], Row[*tuple[object, ...]]] = {}
    records = sorted({record for record, _ in versions})
    for some in chunks(records):
        statement = _versions().where(SourceRecord.id.in_(some))
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


def _enrolled() -> Select[*tuple[object, ...]]:
    """Every current row of moves and enrollments, by record."""
    columns = [getattr(SourceRow, column) for column in ENROLLMENT_COLUMNS]
    return (
        select(SourceRow.source_record_id, *columns)
        .where(SourceRow.last_version.is_(None))
        .order_by(SourceRow.source_record_id, SourceRow.id)
    )


def _table(rows: Sequence[Row[*tuple[object, ...]]], enrolled: Sequence[Row[*tuple[object, ...]]]) -> RecordTable:
    return RecordTable(
        ids=tuple(str(row.id) for row in rows),
        columns={column: TextColumn.of(getattr(row, column) for row in rows) for column in COLUMNS},
        sources=tuple(row.state for row in rows),
        enrollments=_enrollments([row.id for row in rows], enrolled),
    )


def _enrollments(record_ids: Sequence[int], enrolled: Sequence[Row[*tuple[object, ...]]]) -> Enrollments:
    """The rows by record, in the order of `record_ids`."""
    place = {record_id: number for number, record_id in enumerate(record_ids)}
    owner = np.array([place[row.source_record_id] for row in enrolled], dtype=np.int64)
    order = np.argsort(owner, kind="stable")
    columns = {column: TextColumn.of(getattr(row, column) for row in enrolled) for column in ENROLLMENT_COLUMNS}
    return Enrollments(
        offsets=np.append(0, np.cumsum(np.bincount(owner, minlength=len(record_ids)))),
        columns={name: TextColumn(column.codes[order], column.values) for name, column in columns.items()},
    )
