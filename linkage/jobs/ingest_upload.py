"""From an uploaded file to stored source records: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.errors import ColumnMappingError, UnknownIdError
from linkage.identity import ledger
from linkage.identity.context import is_state
from linkage.identity.dob import arrivals
from linkage.identity.ids import IdFactory
from linkage.identity.ledger import EventKind
from linkage.ingest.folding import fold_students
from linkage.ingest.mapping import ColumnMapping
from linkage.ingest.result import IngestReport, IngestResult
from linkage.ingest.upload import read_upload
from linkage.jobs import upload_store, upload_touches
from linkage.jobs.upload_changes import changes
from linkage.jobs.upload_store import Arrival
from linkage.store.database import Database, lock_identity, lock_uploads
from linkage.store.models import Upload
from rules.mde_list import MdeList, load_mde_list


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What became of a file: how it was read, and how many students are new, changed or as they were.

    `upload_id` is None if the very same file was stored before and would change nothing: then nothing was written.
    `disagreeing`: students whose rows do not all say the same of the child; the last row counted.
    """

    report: IngestReport
    state: str
    new: int
    changed: int
    unchanged: int
    disagreeing: int
    upload_id: int | None
    sent_before: datetime | None
    mapping_renewed: bool  # the saved mapping did not fit the file, so the columns were guessed anew

    @property
    def changes_nothing(self) -> bool:
        return self.new == self.changed == 0


@dataclass(frozen=True, slots=True)
class _Read:
    result: IngestResult
    mapping_renewed: bool


def ingest_file(
    database: Database,
    path: Path,
    state: str,
    *,
    now: datetime,
    today: date,
    ids: IdFactory,
    mapping: ColumnMapping | None = None,
    progress: Callable[[int], None] | None = None,
) -> UploadOutcome:
    """Read a file of a State and store what it says that is new.

    `mapping` (column -> header) wins over the sender's saved mapping, which wins over guessing; `progress` is told the lines
    read. Raises InputFileError, ColumnMappingError and, for a State that does not exist, UnknownIdError; then nothing
    was stored.
    """
    if not is_state(state):
        raise UnknownIdError(f"`{state}` is not the postal code of a State.", "Write it like --state TX.")
    mde = load_mde_list()
    with database.unit_of_work(read_only=True) as session:
        saved = upload_store.saved_mapping(session, state)
    read = _read(path, mde, today, _Mappings(saved, mapping), progress)
    with database.unit_of_work() as session:
        lock_uploads(session)
        return _store(session, read, mde, Arrival(state, now, ids))


@dataclass(frozen=True, slots=True)
class _Mappings:
    saved: ColumnMapping | None
    given: ColumnMapping | None


def _read(path: Path, mde: MdeList, today: date, mappings: _Mappings, progress: Callable[[int], None] | None) -> _Read:
    """Read with the saved mapping; if the sender's columns have changed since, with what can be guessed."""
    saved, given = mappings.saved, mappings.given
    if saved is None:
        return _Read(read_upload(path, mde=mde, today=today, mapping=given, progress=progress), mapping_renewed=False)
    try:
        known = saved.overridden_by(given) if given else saved
        return _Read(read_upload(path, mde=mde, today=today, mapping=known, progress=progress), mapping_renewed=False)
    except ColumnMappingError:
        return _Read(read_upload(path, mde=mde, today=today, mapping=given, progress=progress), mapping_renewed=True)


def _store(session: Session, read: _Read, mde: MdeList, arrival: Arrival) -> UploadOutcome:
    report = read.result.report
    folded = fold_students(read.result.rows, mde)
    found = changes(folded.students, upload_store.known_records(session, arrival.state))
    sent_before = session.scalar(
        select(func.max(Upload.received)).where(Upload.state == arrival.state, Upload.file_digest == report.sha256)
    )
    upload: Upload | None = None
    if sent_before is None or any(change.differs for change in found):
        upload = upload_store.store_upload(session, report, found, arrival=arrival, mde_version=mde.version)
        upload_store.store_quarantine(session, upload, read.result.quarantined)
        content = upload_store.store_records(session, upload, found, arrival)
        upload_store.save_mapping(session, arrival, report.mapping)
        upload_touches.touch_items(session, found, arrival.now)
        _append_to_ledger(session, upload, content)
        changed = [change.known.record_id for change in found if change.known and change.differs]
        if changed:
            lock_identity(session)
            arrivals.apply_corrected(session, arrival.now, changed)
    return UploadOutcome(
        report=report,
        state=arrival.state,
        new=sum(change.known is None for change in found),
        changed=sum(change.known is not None and change.differs for change in found),
        unchanged=sum(not change.differs for change in found),
        disagreeing=folded.disagreeing,
        upload_id=upload.id if upload else None,
        sent_before=sent_before,
        mapping_renewed=read.mapping_renewed,
    )


def _append_to_ledger(session: Session, upload: Upload, content: str) -> None:
    payload = {
        "upload": upload.id,
        "state": upload.state,
        "file": upload.file_digest,
        "lines": [upload.lines_read, upload.lines_accepted, upload.lines_quarantined],
        "students": [upload.students_new, upload.students_changed, upload.students_unchanged],
        "content": content,
    }
    ledger.append(session, EventKind.UPLOAD_STORED, actor_id=upload.actor_id, at=upload.received, payload=payload)
