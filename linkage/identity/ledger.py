"""The ledger: one event for each state change, chained by SHA-256 over canonical JSON. Ids, codes and digests only."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.store.base import canonical_json
from linkage.store.models import LedgerEvent, LedgerHead

GENESIS = "0" * 64
_TAG = "near-match ledger 1"
# Words a payload may hold: a digest, a student ID, a code of ours, a State. No name, date or note looks like that.
_WORD = re.compile(r"[0-9a-f]{64}|[0-9]{12}|[a-z][a-z_]*|[A-Z]{2}|")

Payload = Mapping[str, Any]


class EventKind(StrEnum):
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    PASSWORD_RESET = "password_reset"  # noqa: S105
    UPLOAD_STORED = "upload_stored"
    SCAN_RECONCILED = "scan_reconciled"
    DECISION_MADE = "decision_made"
    BIRTH_DATE_CHANGED = "birth_date_changed"
    DISPUTE_ENTERED = "dispute_entered"
    DISPUTE_WITHDRAWN = "dispute_withdrawn"


def append(session: Session, kind: EventKind, *, actor_id: int | None, at: datetime, payload: Payload) -> int:
    """Add one link and return its number. Writers queue on the head row until the unit of work ends, so numbers have no gaps.

    Raises ValueError if the payload holds anything but numbers, digests, student IDs and codes.
    """
    _refuse_free_text(payload)
    session.flush()
    head = session.scalars(select(LedgerHead).with_for_update().execution_options(populate_existing=True)).one()
    event = LedgerEvent(
        seq=head.seq + 1,
        prev_hash=head.hash,
        kind=str(kind),
        actor_id=actor_id,
        at=at,
        payload=canonical_json(payload),
    )
    event.hash = _hash_of(event)
    head.seq, head.hash = event.seq, event.hash
    session.add(event)
    session.flush()
    return event.seq


def verify_chain(session: Session) -> list[str]:
    """Recompute every link; what does not fit, in words. An empty list: the ledger is whole.

    A ledger cut off at its end is found because the head row is further on.
    """
    problems = []
    number, previous = 0, GENESIS
    events = select(LedgerEvent).order_by(LedgerEvent.seq)
    for event in session.scalars(events.execution_options(yield_per=1000, populate_existing=True)):
        if event.seq != number + 1:
            problems.append(f"Event {number + 1} is missing: {event.seq} follows {number}.")
        if event.prev_hash != previous:
            problems.append(f"Event {event.seq} does not continue the event before it.")
        if event.hash != _hash_of(event):
            problems.append(f"Event {event.seq} is not what was written.")
        number, previous = event.seq, event.hash
    head = session.get(LedgerHead, 1, populate_existing=True)
    if head is None or (head.seq, head.hash) != (number, previous):
        problems.append(f"The ledger ends at event {number}, but its head says {head.seq if head else 'nothing'}.")
    return problems


def _hash_of(event: LedgerEvent) -> str:
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    link = [_TAG, event.seq, event.prev_hash, event.kind, event.actor_id, at, event.payload]
    return hashlib.sha256(canonical_json(link).encode()).hexdigest()


def _refuse_free_text(value: object) -> None:
    if isinstance(value, str):
        if not _WORD.fullmatch(value):
            raise ValueError("a ledger payload may hold ids, codes and digests only")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_free_text(key)
            _refuse_free_text(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            _refuse_free_text(inner)
    elif value is not None and not isinstance(value, int):
        raise ValueError("a ledger payload may hold ids, codes and digests only")
