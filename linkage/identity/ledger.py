"""The ledger: one event for each state change, chained by SHA-256 over canonical JSON. Ids, codes and digests only."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity.views import Door
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
    REGION_ASSIGNED = "region_assigned"
    UPLOAD_STORED = "upload_stored"
    SCAN_RECONCILED = "scan_reconciled"
    DECISION_MADE = "decision_made"
    BATCH_DECIDED = "batch_decided"
    BATCH_UNDONE = "batch_undone"
    BIRTH_DATE_CHANGED = "birth_date_changed"
    DISPUTE_ENTERED = "dispute_entered"
    DISPUTE_WITHDRAWN = "dispute_withdrawn"
    STUDENT_EXPORTED = "student_exported"
    SHEET_EXPORTED = "sheet_exported"
    PEOPLE_REMINDED = "people_reminded"
    VALUE_REVEALED = "value_revealed"
    RECORD_ADDED = "record_added"


class Link(NamedTuple):
    """What one event says, and with it what came before it."""

    seq: int
    prev_hash: str
    kind: str
    actor_id: int | None
    at: datetime
    payload: str

    def digest(self) -> str:
        """The hash of the event: 64 hexadecimal digits."""
        moment = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [_TAG, self.seq, self.prev_hash, self.kind, self.actor_id, moment, self.payload]
        return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def append(
    session: Session,
    kind: EventKind,
    *,
    actor_id: int | None,
    at: datetime,
    payload: Payload,
    through: Door = Door.SERVICE,
) -> int:
    """Add one link and return its number. Writers queue on the head row until the unit of work ends, so numbers have no gaps.

    Raises ValueError if the payload holds anything but numbers, digests, student IDs and codes.
    """
    payload = {**payload, "through": str(through)}
    refuse_free_text(payload)
    session.flush()
    head = session.scalars(select(LedgerHead).with_for_update().execution_options(populate_existing=True)).one()
    link = Link(head.seq + 1, head.hash, str(kind), actor_id, at, canonical_json(payload))
    event = LedgerEvent(**link._asdict(), hash=link.digest())
    session.add(event)
    session.flush()
    head.seq, head.hash = event.seq, event.hash
    session.flush()
    return event.seq


def refuse_free_text(value: object) -> None:
    """Raises ValueError if the value holds anything but numbers, digests, student IDs and codes."""
    if isinstance(value, str):
        if not _WORD.fullmatch(value):
            raise ValueError("a ledger payload may hold ids, codes and digests only")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            refuse_free_text(key)
            refuse_free_text(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            refuse_free_text(inner)
    elif value is not None and not isinstance(value, int):
        raise ValueError("a ledger payload may hold ids, codes and digests only")
