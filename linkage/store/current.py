"""What is current in the store as the pipeline's columnar table: MDE columns, record numbers as ids, States as sources."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.records import RecordTable, TextColumn
from linkage.store.models import SourceRecord, SourceRecordVersion
from linkage.store.records import DEMOGRAPHICS

COLUMNS = ("state_student_id", *DEMOGRAPHICS)


def current_table(session: Session) -> tuple[RecordTable, Mapping[str, int]]:
    """All current records, by record number, and the version of each."""
    rows = session.execute(_current().order_by(SourceRecord.id)).all()
    return _table(rows), {str(row.id): row.number for row in rows}


def is_empty(session: Session) -> bool:
    """Whether no record was ever stored."""
    return session.scalar(select(SourceRecord.id).limit(1)) is None


def one_table(session: Session, references: Sequence[str]) -> RecordTable:
    """The records named, in that order: by record number ("17") or State and State student ID ("TX:100234").

    Raises UnknownIdError.
    """
    return _table([_named(session, reference) for reference in references])


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
    columns = [getattr(SourceRecordVersion, column) for column in DEMOGRAPHICS]
    return (
        select(SourceRecord.id, SourceRecord.state, SourceRecordVersion.number, SourceRecord.state_student_id, *columns)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .where(SourceRecordVersion.is_current)
    )


def _table(rows: Sequence[Row[*tuple[object, ...]]]) -> RecordTable:
    return RecordTable(
        ids=tuple(str(row.id) for row in rows),
        columns={column: TextColumn.of(getattr(row, column) for row in rows) for column in COLUMNS},
        sources=tuple(row.state for row in rows),
    )
