"""Reads what is stored of a State and writes what an upload changes: versions, rows, students, quarantine, mapping."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from linkage.identity import name_keys
from linkage.identity.ids import IdFactory
from linkage.identity.memberships import fresh_ids
from linkage.ingest.mapping import ColumnMapping
from linkage.ingest.result import IngestReport, QuarantinedLine
from linkage.jobs import upload_touches
from linkage.jobs.upload_changes import KeyedRow, KnownRecord, RecordChange
from linkage.store.base import Base, canonical_json
from linkage.store.chunks import chunks
from linkage.store.models import (
    Membership,
    SavedMapping,
    SourceRecord,
    SourceRecordVersion,
    SourceRow,
    Student,
    Upload,
    UploadQuarantine,
)
from linkage.store.records import DEMOGRAPHICS, ROW_COLUMNS


@dataclass(frozen=True, slots=True)
class Arrival:
    """Which State sent, when it was received, and where new student IDs come from."""

    state: str
    now: datetime
    ids: IdFactory


def known_records(session: Session, state: str) -> dict[str, KnownRecord]:
    """Everything stored of a State, by State student ID."""
    rows: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    current_rows = (
        select(SourceRow.source_record_id, SourceRow.natural_key, SourceRow.id, SourceRow.digest)
        .join(SourceRecord, SourceRecord.id == SourceRow.source_record_id)
        .where(SourceRecord.state == state, SourceRow.last_version.is_(None))
    )
    for record_id, key, row_id, digest in session.execute(current_rows):
        rows[record_id][key] = (row_id, digest)
    versions = (
        select(
            SourceRecord.state_student_id,
            SourceRecord.id,
            SourceRecordVersion.number,
            SourceRecordVersion.digest,
        )
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .where(SourceRecord.state == state, SourceRecordVersion.is_current)
    )
    return {
        state_student_id: KnownRecord(record_id, number, digest, rows[record_id])
        for state_student_id, record_id, number, digest in session.execute(versions)
    }


def store_upload(
    session: Session, report: IngestReport, changes: Sequence[RecordChange], *, arrival: Arrival, mde_version: str
) -> Upload:
    """The upload itself with its counts."""
    upload = Upload(
        state=arrival.state,
        file_name=report.file_name,
        file_digest=report.sha256,
        encoding=report.encoding,
        delimiter=report.delimiter,
        received=arrival.now,
        mde_version=mde_version,
        header=list(report.header),
        mapping=dict(report.mapping.columns),
        lines_read=report.lines_read,
        lines_accepted=report.accepted,
        lines_quarantined=report.quarantined,
        lines_blank=report.blank,
        lines_header=report.header_lines,
        rows_accepted=report.accepted_rows,
        rows_new=sum(len(change.new) for change in changes),
        rows_changed=sum(len(change.changed) for change in changes),
        rows_unchanged=sum(change.unchanged for change in changes),
        rows_repeated=sum(change.repeated for change in changes),
        students_new=sum(change.known is None for change in changes),
        students_changed=sum(change.known is not None and change.differs for change in changes),
        students_unchanged=sum(not change.differs for change in changes),
    )
    session.add(upload)
    session.flush()
    return upload


def store_quarantine(session: Session, upload: Upload, lines: Iterable[QuarantinedLine]) -> None:
    """The lines that could not be used, with their text."""
    _insert(
        session,
        UploadQuarantine,
        [
            {
                "upload_id": upload.id,
                "line": one.line,
                "last_line": one.last_line,
                "reason": str(one.reason),
                "field": one.field,
                "found": one.found,
                "raw": one.text.replace("\0", "\N{REPLACEMENT CHARACTER}"),  # PostgreSQL cannot keep a NUL
            }
            for one in lines
        ],
    )


def store_records(session: Session, upload: Upload, changes: Sequence[RecordChange], arrival: Arrival) -> str:
    """New students, records, versions and rows. Returns a digest of it all, for the ledger."""
    differing = [change for change in changes if change.differs]
    record_ids = _store_new_students(session, [change for change in differing if change.known is None], arrival)
    record_ids |= {change.upload.state_student_id: change.known.record_id for change in differing if change.known}
    _close_former(session, differing)
    numbered = [(record_ids[change.upload.state_student_id], change) for change in differing]
    _insert(session, SourceRecordVersion, [_version(record_id, change, upload) for record_id, change in numbered])
    _insert(session, SourceRow, [row for record_id, change in numbered for row in _rows(record_id, change, upload)])
    name_keys.replace(session, {record_id: change.upload.demographics for record_id, change in numbered})
    upload_touches.renew_districts(session, [record_id for record_id, _ in numbered], arrival.now)
    content = [[record_id, change.version, change.digest, *_row_digests(change)] for record_id, change in numbered]
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def saved_mapping(session: Session, state: str) -> ColumnMapping | None:
    """The mapping of the sender's last upload, if there was one."""
    columns = session.scalars(select(SavedMapping.mapping).where(SavedMapping.state == state)).one_or_none()
    return ColumnMapping(columns) if columns is not None else None


def save_mapping(session: Session, arrival: Arrival, mapping: ColumnMapping) -> None:
    """Keep the mapping for the sender's next upload."""
    columns = dict(mapping.columns)
    saved = session.scalars(select(SavedMapping).where(SavedMapping.state == arrival.state)).one_or_none()
    if saved is None:
        session.add(SavedMapping(state=arrival.state, mapping=columns, saved=arrival.now))
    elif saved.mapping != columns:
        saved.mapping, saved.saved = columns, arrival.now


def _store_new_students(session: Session, new: Sequence[RecordChange], arrival: Arrival) -> dict[str, int]:
    """A student with a fresh 12-digit ID for each new record. Returns State student ID -> record id."""
    student_ids = fresh_ids(session, arrival.ids, len(new))
    _insert(session, Student, [{"id": one, "created": arrival.now} for one in student_ids])
    records = [
        {
            "state": arrival.state,
            "state_student_id": change.upload.state_student_id,
            "home_student_id": student_id,
            "created": arrival.now,
        }
        for change, student_id in zip(new, student_ids, strict=True)
    ]
    _insert(session, SourceRecord, records)
    homes: dict[int, str] = {}
    stored: dict[str, int] = {}
    for some in chunks(student_ids):
        columns = (SourceRecord.id, SourceRecord.state_student_id, SourceRecord.home_student_id)
        for record_id, state_student_id, home in session.execute(select(*columns).where(columns[2].in_(some))):
            stored[state_student_id] = record_id
            homes[record_id] = home
    memberships = [{"source_record_id": one, "student_id": home} for one, home in sorted(homes.items())]
    _insert(session, Membership, [row | {"valid_from": arrival.now} for row in memberships])
    return stored


def _close_former(session: Session, differing: Sequence[RecordChange]) -> None:
    """The versions and rows that are replaced stay, but are no longer current."""
    for some in chunks([change.known.record_id for change in differing if change.known]):
        former = SourceRecordVersion.source_record_id.in_(some) & SourceRecordVersion.is_current
        session.execute(update(SourceRecordVersion).where(former).values(is_current=False))
    last: dict[int, list[int]] = defaultdict(list)
    for change in differing:
        last[change.version - 1] += change.replaced
    for number, row_ids in last.items():
        for some in chunks(row_ids):
            session.execute(update(SourceRow).where(SourceRow.id.in_(some)).values(last_version=number))


def _version(record_id: int, change: RecordChange, upload: Upload) -> dict[str, object]:
    return {
        "source_record_id": record_id,
        "number": change.version,
        "is_current": True,
        "upload_id": upload.id,
        "created": upload.received,
        "digest": change.digest,
    } | {column: change.upload.demographics[column] for column in DEMOGRAPHICS}


def _rows(record_id: int, change: RecordChange, upload: Upload) -> Iterator[dict[str, object]]:
    for keyed in (*change.new, *change.changed):
        yield {
            "source_record_id": record_id,
            "upload_id": upload.id,
            "line": keyed.row.line,
            "natural_key": keyed.key,
            "digest": keyed.digest,
            "first_version": change.version,
            "raw": list(keyed.row.raw),
        } | {column: keyed.row.values[column] for column in ROW_COLUMNS}


def _row_digests(change: RecordChange) -> list[str]:
    keyed: tuple[KeyedRow, ...] = (*change.new, *change.changed)
    return sorted(row.digest for row in keyed)


def _insert(session: Session, model: type[Base], rows: Sequence[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(model), rows)
