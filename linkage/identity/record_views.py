"""Source records as a screen shows them: the current version, its moves and enrollments, the last row as it was sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity.views import EnrollmentView, MoveView, RecordView
from linkage.store.database import read_once
from linkage.store.models import Membership, SourceRecord, SourceRecordVersion, SourceRow, Upload
from linkage.store.records import DEMOGRAPHICS

NAME_COLUMNS = ("first_name", "middle_name", "last_name_1", "last_name_2")
SENT_COLUMNS = frozenset({"state_student_id", *DEMOGRAPHICS})


class Sent(NamedTuple):
    """A row, and how its upload reads it: its headers, and element -> header."""

    row: SourceRow
    header: list[str]
    mapping: dict[str, str]


def record_views(session: Session, record_ids: Iterable[int]) -> dict[int, RecordView]:
    """Record id -> view, in a fixed number of queries whatever the number of records."""
    ids = sorted(set(record_ids))
    return dict(read_once(session, ("record_views", *ids), lambda: _views(session, ids)))


def _views(session: Session, ids: list[int]) -> dict[int, RecordView]:
    rows = _current_rows(session, ids)
    return {
        record.id: RecordView(
            record_id=str(record.id),
            state=record.state,
            state_student_id=record.state_student_id,
            student_id=student_id,
            version=version.number,
            received=version.created,
            values={"state_student_id": record.state_student_id} | values_of(version),
            raw=_raw(rows.get(record.id, [])),
            moves=_moves(rows.get(record.id, [])),
            enrollments=_enrollments(rows.get(record.id, [])),
            sent=_sent(rows.get(record.id, [])),
        )
        for record, version, student_id in _current(session, ids)
    }


def full_name(parts: Iterable[str]) -> str:
    """The child's name as one line; `parts`: the values of NAME_COLUMNS."""
    return " ".join(filter(None, parts))


def values_of(version: SourceRecordVersion) -> dict[str, str]:
    """The demographics of a version, MDE column -> value."""
    return {column: getattr(version, column) for column in DEMOGRAPHICS}


def values_then(session: Session, versions: Mapping[int, int]) -> dict[int, dict[str, str]]:
    """Record id -> column -> value, of what has changed since a version. `versions`: record id -> number of that version. One query."""
    statement = select(SourceRecordVersion).where(SourceRecordVersion.source_record_id.in_(sorted(versions)))
    then: dict[int, dict[str, str]] = {}
    now: dict[int, dict[str, str]] = {}
    for version in session.scalars(statement):
        if version.number == versions[version.source_record_id]:
            then[version.source_record_id] = values_of(version)
        if version.is_current:
            now[version.source_record_id] = values_of(version)
    return {
        record_id: {column: value for column, value in values.items() if value != now[record_id][column]}
        for record_id, values in then.items()
    }


def _current(session: Session, ids: Sequence[int]) -> list[tuple[SourceRecord, SourceRecordVersion, str]]:
    statement = (
        select(SourceRecord, SourceRecordVersion, Membership.student_id)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .join(Membership, Membership.source_record_id == SourceRecord.id)
        .where(SourceRecord.id.in_(ids), SourceRecordVersion.is_current, Membership.valid_to.is_(None))
        .order_by(SourceRecord.id)
    )
    return [(record, version, student_id) for record, version, student_id in session.execute(statement)]


def _current_rows(session: Session, ids: Sequence[int]) -> dict[int, list[Sent]]:
    """Record id -> its current rows, each with its headers; the row that arrived last stands last."""
    statement = (
        select(SourceRow, Upload.header, Upload.mapping)
        .join(Upload, Upload.id == SourceRow.upload_id)
        .where(SourceRow.source_record_id.in_(ids), SourceRow.last_version.is_(None))
        .order_by(SourceRow.upload_id, SourceRow.line)
    )
    found: dict[int, list[Sent]] = {}
    for row, header, mapping in session.execute(statement):
        found.setdefault(row.source_record_id, []).append(Sent(row, header, mapping))
    return found


def _raw(rows: Sequence[Sent]) -> Mapping[str, str]:
    if not rows:
        return {}
    return dict(zip(rows[-1].header, rows[-1].row.raw, strict=False))


def _sent(rows: Sequence[Sent]) -> Mapping[str, str]:
    raw, mapping = _raw(rows), rows[-1].mapping if rows else {}
    return {column: raw.get(header, "") for column, header in mapping.items() if column in SENT_COLUMNS}


def _moves(rows: Sequence[Sent]) -> tuple[MoveView, ...]:
    moves = dict.fromkeys(
        MoveView(
            qualifying_arrival=_date(row.qualifying_arrival_date),
            from_place=_place(row.move_from_city, row.move_from_state, row.move_from_country),
            to_place=_place(row.move_to_city, row.move_to_state),
            eligibility_ends=_date(row.eligibility_expiration_date),
        )
        for row, *_ in rows
    )
    return tuple(sorted(moves, key=lambda move: (move.qualifying_arrival or date.min, move.to_place)))


def _enrollments(rows: Sequence[Sent]) -> tuple[EnrollmentView, ...]:
    enrollments = dict.fromkeys(
        EnrollmentView(
            start=_date(row.enrollment_date or row.residency_date or row.residency_verification_date),
            end=_date(row.withdrawal_date),
            kind=row.enrollment_type,
            school=row.school_name or row.facility_name,
            district=row.school_district,
            grade=row.grade_level,
        )
        for row, *_ in rows
    )
    return tuple(sorted(enrollments, key=lambda one: (one.start or one.end or date.min, one.school)))


def _date(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _place(*parts: str) -> str:
    return ", ".join(filter(None, parts))
