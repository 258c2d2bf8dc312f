"""Dispute statements: what a parent or student says against a record. Shown with it for ever, at most withdrawn; it decides nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import ledger
from linkage.identity.context import require
from linkage.identity.ledger import EventKind
from linkage.identity.student.views import DisputeView
from linkage.identity.views import Account
from linkage.store.database import lock_identity
from linkage.store.models import AccountRow, DisputeStatement, SourceRecord

RIGHT = "student:dispute"
MADE_BY = ("parent", "guardian", "student")
LONGEST = 4000  # characters


def enter(
    session: Session,
    account: Account,
    record_id: int,
    statement: str,
    *,
    made_by: str,
    idempotency_key: str,
    now: datetime,
) -> int:
    """Keep a statement with a source record. Returns its number; the same request twice enters it once.

    Raises NotAllowedError, UnknownIdError (no such record), StateChangeError (empty, too long, or made by nobody we know).
    """
    require(account, RIGHT)
    lock_identity(session)
    said = statement.strip()
    before = session.scalars(
        select(DisputeStatement).where(DisputeStatement.idempotency_key == idempotency_key)
    ).one_or_none()
    if before is not None:
        if (before.source_record_id, before.statement, before.entered_by) != (record_id, said, account.id):
            raise StateChangeError("This request was sent before, for something else.", "Look at the student again.")
        return before.id
    if not said or len(said) > LONGEST or made_by not in MADE_BY or not idempotency_key:
        raise StateChangeError(
            "A dispute has a statement, and somebody who makes it.",
            f"Write up to {LONGEST} characters, and who says it.",
        )
    if session.get(SourceRecord, record_id) is None:
        raise UnknownIdError(f"There is no record {record_id}.")
    row = DisputeStatement(
        source_record_id=record_id,
        statement=said,
        made_by=made_by,
        entered_by=account.id,
        entered=now,
        idempotency_key=idempotency_key,
    )
    session.add(row)
    session.flush()
    payload = {"dispute": row.id, "record": record_id, "made_by": made_by}
    ledger.append(
        session, EventKind.DISPUTE_ENTERED, actor_id=account.id, at=now, payload=payload, through=account.through
    )
    return row.id


def withdraw(session: Session, account: Account, dispute_id: int, *, now: datetime) -> None:
    """The statement no longer stands; it can still be read. If it is withdrawn already, nothing happens.

    Raises NotAllowedError, UnknownIdError.
    """
    require(account, RIGHT)
    lock_identity(session)
    row = session.get(DisputeStatement, dispute_id, populate_existing=True)
    if row is None:
        raise UnknownIdError(f"There is no dispute statement {dispute_id}.")
    if row.withdrawn is not None:
        return
    row.withdrawn_by, row.withdrawn = account.id, now
    payload = {"dispute": row.id, "record": row.source_record_id}
    ledger.append(
        session, EventKind.DISPUTE_WITHDRAWN, actor_id=account.id, at=now, payload=payload, through=account.through
    )


def disputes_of(session: Session, record_ids: Iterable[int]) -> tuple[DisputeView, ...]:
    """The statements about these records, oldest first, also those withdrawn."""
    statement = (
        select(DisputeStatement, AccountRow.display_name)
        .join(AccountRow, AccountRow.id == DisputeStatement.entered_by)
        .where(DisputeStatement.source_record_id.in_(sorted(set(record_ids))))
        .order_by(DisputeStatement.id)
    )
    return tuple(
        DisputeView(row.id, str(row.source_record_id), row.statement, row.made_by, name, row.entered, row.withdrawn)
        for row, name in session.execute(statement)
    )
