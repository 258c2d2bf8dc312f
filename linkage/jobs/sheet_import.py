"""Decisions made in a sheet, carried out one by one. Each is a unit of work of its own, refused or done on its own.

The file's digest, the item and its version make the idempotency key: to send a file again does nothing again, also after it was cut off.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import decisions, limits, memberships, recording, scope
from linkage.identity.context import require
from linkage.identity.views import Account, Door, Outcome
from linkage.jobs.sheet_files import FilledRow, FilledSheet, read_sheet
from linkage.jobs.sheet_reading import Asked, asked
from linkage.jobs.worklist_sheet import TO_FILL, Column
from linkage.store.database import Database, lock_identity

_NEEDED = (Column.ITEM, Column.VERSION, Column.RECORD, Column.STUDENT_ID, Column.DECISION)
_READ = (*_NEEDED, *(column for column in TO_FILL if column not in _NEEDED))


class Result(StrEnum):
    DONE = "done"
    WOULD_BE_DONE = "would be done"  # a dry run
    DONE_BEFORE = "done before"  # by the same file
    NO_DECISION = "no decision"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one item, or of a line that belongs to none (`item` ""). `sentence` holds ids and line numbers only."""

    item: str
    lines: tuple[int, ...]
    result: Result
    sentence: str = ""
    decision_id: int | None = None


def read_filled(path: Path) -> FilledSheet:
    """The sheet. Raises InputFileError and ColumnMappingError."""
    return read_sheet(path, _READ, _NEEDED)


def import_sheet(
    database: Database, account: Account, sheet: FilledSheet, *, apply: bool, clock: Callable[[], datetime]
) -> Iterator[Answer]:
    """Decide item by item, in the order of the sheet; every item gets its answer as soon as it has one.

    Without `apply` each is tried and taken back, by itself: what one of them would change for another does not show, but for the
    limit of an hour, which counts what the sheet would have done so far.
    Raises NotAllowedError before the first, and StorageError, after which the same file can be sent again.
    """
    require(account, "item:decide")
    reasons = {reason.id for reason in database.policy.decisions.reasons}
    run = _Run(database, replace(account, through=Door.SPREADSHEET), sheet.sha256, reasons, apply, clock)
    for line in sheet.unread:
        yield Answer("", (line,), Result.REFUSED, "This line cannot be read.")
    for item, rows in _by_item(sheet).items():
        yield run.answer(item, rows)


def count_items(sheet: FilledSheet) -> int:
    """How many answers there will be."""
    return len(sheet.unread) + len(_by_item(sheet))


def _by_item(sheet: FilledSheet) -> Mapping[str, list[FilledRow]]:
    found: dict[str, list[FilledRow]] = {}
    for row in sheet.rows:
        found.setdefault(row.values[Column.ITEM].strip(), []).append(row)
    return found


@dataclass(slots=True)
class _Run:
    """`tried`: how many limited decisions the dry run has taken back; an import would have made them."""

    database: Database
    account: Account
    digest: str
    reasons: Collection[str]
    apply: bool
    clock: Callable[[], datetime]
    tried: int = 0

    def answer(self, item: str, rows: Sequence[FilledRow]) -> Answer:
        item = item if item.isascii() and item.isdigit() else ""  # whatever else stands there may be a child's name
        lines = tuple(row.line for row in rows)
        try:
            wanted = asked(rows, self.digest, self.reasons)
            if wanted is None:
                return Answer(item, lines, Result.NO_DECISION)
            with self.database.unit_of_work() as session:
                result, outcome = _settle(session, self.account, wanted, self.clock(), beside=self.tried)
                if not self.apply:
                    session.rollback()
                    self.tried += result is Result.DONE and wanted.request.verdict in limits.LIMITED
        except (StateChangeError, UnknownIdError) as error:
            return Answer(item, lines, Result.REFUSED, error.message)
        if result is Result.DONE and not self.apply:
            return Answer(item, lines, Result.WOULD_BE_DONE, outcome.sentence)
        return Answer(item, lines, result, outcome.sentence, outcome.decision_id)


def _settle(session: Session, account: Account, wanted: Asked, now: datetime, *, beside: int) -> tuple[Result, Outcome]:
    lock_identity(session)
    request = wanted.request
    before = recording.answered_before(session, account, request)
    if before:
        return Result.DONE_BEFORE, before
    item = scope.item_in_scope(session, account, request.item_id)
    if item.version == request.version:  # otherwise `decide` says who was faster
        _refuse_other_records(session, wanted)
        if beside:  # `decide` looks at what is stored
            limits.refuse_too_many(session, account, request.verdict, now, beside=beside)
    return Result.DONE, decisions.decide(session, account, request, now=now)


def _refuse_other_records(session: Session, wanted: Asked) -> None:
    """A row that was deleted, or put under another item, must not be decided along; nor may an ID remain that nobody saw."""
    members = {str(record): record for record in scope.members_of(session, wanted.request.item_id)}
    strange = sorted(wanted.students.keys() - members.keys(), key=int)
    missing = sorted(members.keys() - wanted.students.keys(), key=int)
    if strange:
        raise StateChangeError(f"Not of this item: record {', '.join(strange)}.")
    if missing:
        raise StateChangeError(f"Rows of this item are missing: record {', '.join(missing)}.")
    students = memberships.students_of(session, members.values())
    for record in wanted.kept:
        if students[members[record]] != wanted.students[record]:
            raise StateChangeError(
                f"The student ID of record {record} is not the one of the sheet: it has changed, or a program has rounded it."
            )
