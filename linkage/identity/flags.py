"""What a person starts without a scan: a merge of students, a split of one, and "none of these" to a list of candidates.

A flag opens an item of its own. It waits for its validation like any proposal, and ends with it: rejected, withdrawn or applied.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import applying, claims, memberships, ownership, proposals, recording, requests, scope
from linkage.identity.context import require
from linkage.identity.memberships import students_of
from linkage.identity.recording import Deed
from linkage.identity.regrouping import CANNOT_LINK
from linkage.identity.views import Account, Kind, Outcome, Part, Request, Status
from linkage.store.database import lock_identity
from linkage.store.models import ItemMember, SourceRecordVersion, Student, WorklistItem


def flag_merge(
    session: Session, account: Account, students: Sequence[str], request: Request, *, now: datetime
) -> Outcome:
    """Propose that these students are one child. `request`: SAME with `keep`, note, reason and key; its item is made here.

    Raises UnknownIdError, NotAllowedError (none of the students is of the person's jurisdiction), StateChangeError (one student only, a
    retired ID), ConflictError (somebody works on one of them, or a decision says they are different children).
    """
    found = sorted(set(students))
    if len(found) < 2:
        raise StateChangeError("A merge takes two students.", "Choose another one beside it.")
    return _flag(session, account, Kind.VALIDATE_MERGE, found, request, now=now)


def flag_split(session: Session, account: Account, student: str, request: Request, *, now: datetime) -> Outcome:
    """Propose that a student's records are more than one child. `request`: REGROUP with all its records in `parts`. Raises as flag_merge."""
    return _flag(session, account, Kind.VALIDATE_SPLIT, [student], request, now=now)


def reject_candidates(
    session: Session, account: Account, record_id: int, candidates: Sequence[int], request: Request, *, now: datetime
) -> Outcome:
    """None of the records shown is this child: a "no" for each, and none among themselves. `request`: DIFFERENT.

    Raises UnknownIdError, NotAllowedError (none of the records is of the person's jurisdiction), StateChangeError (one student).
    """
    require(account, "item:decide")
    lock_identity(session)
    before = recording.answered_before(session, account, request)
    if before:
        return before
    shown = sorted({*candidates} - {record_id})
    students = students_of(session, [record_id, *shown])
    if len(students) < len(shown) + 1:
        raise UnknownIdError("A record of the list is not there any more.", "Search again.")
    _refuse_others(session, account, [record_id, *shown])
    pairs = [(min(record_id, one), max(record_id, one)) for one in shown if students[one] != students[record_id]]
    if not pairs:
        raise StateChangeError("There is nothing to reject: these records are one student.", "Look at the student.")
    deed = _open(session, account, Kind.NEAR_MATCH, [record_id, *shown], request, now=now)
    applying.refuse(session, deed.decision, pairs, CANNOT_LINK)
    deed.item.status = str(Status.APPLIED)
    return recording.finish(session, deed, f"Noted: none of the {len(pairs)} shown is this child.")


def _flag(
    session: Session, account: Account, kind: Kind, students: Sequence[str], request: Request, *, now: datetime
) -> Outcome:
    require(account, "student:propose")
    lock_identity(session)
    before = recording.answered_before(session, account, request)
    if before:
        return before
    records = _records(session, students)
    _refuse_others(session, account, records)
    taken = claims.locked(session, students, now)
    if taken:
        raise ConflictError(taken, "Try again when it is decided.")
    deed = _open(session, account, kind, records, request, now=now)
    return proposals.propose(session, deed)


def _refuse_others(session: Session, account: Account, records: Iterable[int]) -> None:
    if not scope.has_own(session, account, records):
        raise NotAllowedError("None of these records is of your jurisdiction.", "Ask an administrator of that State.")


def _records(session: Session, students: Sequence[str]) -> list[int]:
    """All records of the students, each of which stands for itself."""
    statement = select(Student.id, Student.redirect_to).where(Student.id.in_(students))
    known = dict(session.execute(statement).all())
    for student in students:
        if student not in known:
            raise UnknownIdError(f"There is no student {student}.", "Check the twelve digits.")
        if known[student] is not None:
            raise StateChangeError(f"Student ID {student} is retired; it leads to {known[student]}.", "Use that one.")
    return sorted(memberships.records_of(session, students))


def _open(
    session: Session, account: Account, kind: Kind, records: Sequence[int], request: Request, *, now: datetime
) -> Deed:
    """The item of a flag, with the decision that made it, which is its first."""
    row = WorklistItem(
        key=f"{kind}:{request.idempotency_key}",
        kind=str(kind),
        status=str(Status.OPEN),
        version=1,
        probability=0.0,
        guards=[],
        created=now,
        changed=now,
        flagged_by=account.id,
        answered=now,
    )
    session.add(row)
    session.flush()
    versions = _versions(session, records)
    session.add_all(
        ItemMember(item_id=row.id, source_record_id=record, version=number) for record, number in versions.items()
    )
    session.flush()
    ownership.opened(session, [row], now)
    recording.claim(session, row, 1, now)
    _all_in_parts(request.parts, records)
    requests.refuse_unknown_reason(session, request)
    decision = recording.store(
        session,
        account,
        row,
        request,
        versions,
        now=now,
        parts=requests.part_numbers(request),
        detail=requests.detail(request),
    )
    return Deed(account, request, row, decision)


def _all_in_parts(parts: Sequence[Part], records: Sequence[int]) -> None:
    named = sorted(int(record) for part in parts for record in part.records)
    if parts and named != sorted(records):
        raise StateChangeError(
            "Not every record of the student is in a part.", "Put each record into exactly one part."
        )


def _versions(session: Session, records: Iterable[int]) -> dict[int, int]:
    statement = select(SourceRecordVersion.source_record_id, SourceRecordVersion.number).where(
        SourceRecordVersion.is_current, SourceRecordVersion.source_record_id.in_(sorted(records))
    )
    return dict(session.execute(statement.order_by(SourceRecordVersion.source_record_id)).all())
