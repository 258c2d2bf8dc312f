"""The outbox: what people are to be told, written with what it tells of and sent later. Ids, codes and student IDs only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linkage.identity import ledger
from linkage.store.models import ItemPlace, Notice


class NoticeKind(StrEnum):
    VALIDATION_WANTED = "validation_wanted"  # a proposal waits for you
    VALIDATED = "validated"  # your proposal
    REJECTED = "rejected"  # your proposal
    APPLIED = "applied"  # your proposal, on its day
    NOT_APPLIED = "not_applied"  # its day has come, and something contradicts
    HANDED_TO_YOU = "handed_to_you"
    PASSED_UP = "passed_up"  # to you
    REMINDER = "reminder"  # of a deadline
    INFORMATION_WANTED = "information_wanted"
    CORRECTION_WANTED = "correction_wanted"  # records of your State say another birth date than the settled one
    INFORMATION_OVERDUE = "information_overdue"
    DECISION_UNDONE = "decision_undone"  # yours
    RECORD_MOVED = "record_moved"  # a record of your State has another student ID


@dataclass(frozen=True, slots=True)
class To:
    """One account, or the administrators of a State, or of a region or a district of it."""

    account_id: int | None = None
    state: str = ""
    region: str = ""
    district: str = ""

    @classmethod
    def at(cls, place: ItemPlace) -> "To":
        """Those with whom an item stands in a State."""
        if place.assignee_id:
            return cls(account_id=place.assignee_id)
        region = place.region if place.level == "region" else ""
        return cls(state=place.state, region=region, district=place.district if place.level == "district" else "")

    @property
    def key(self) -> str:
        return str(self.account_id) if self.account_id else f"{self.state}/{self.region}/{self.district}"


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice that is still to be sent."""

    notice_id: int
    kind: NoticeKind
    created: datetime
    to: To
    item_id: int | None
    decision_id: int | None
    payload: Mapping[str, Any]


def tell(
    session: Session,
    kind: NoticeKind,
    to: To,
    about: str,
    *,
    at: datetime,
    item_id: int | None = None,
    decision_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
) -> bool:
    """Put a notice into the outbox, once: False if `to` has been told the same `about` before.

    `about` is an id ("decision 12"). Raises ValueError if the payload holds anything but ids, codes and digests.
    """
    ledger.refuse_free_text(payload or {})
    key = f"{kind}:{about}:{to.key}"
    if session.scalar(select(Notice.id).where(Notice.key == key)):
        return False
    session.add(
        Notice(
            key=key,
            kind=str(kind),
            created=at,
            account_id=to.account_id,
            state=to.state,
            region=to.region,
            district=to.district,
            item_id=item_id,
            decision_id=decision_id,
            payload=dict(payload or {}),
        )
    )
    session.flush()
    return True


def places_of(session: Session, item_id: int) -> Sequence[ItemPlace]:
    """Where an item stands, by State."""
    statement = select(ItemPlace).where(ItemPlace.item_id == item_id).order_by(ItemPlace.state)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def unsent(session: Session, limit: int = 1000) -> list[NoticeView]:
    """What is still to be sent, oldest first."""
    statement = select(Notice).where(Notice.sent.is_(None)).order_by(Notice.created, Notice.id).limit(limit)
    return [
        NoticeView(
            notice_id=row.id,
            kind=NoticeKind(row.kind),
            created=row.created,
            to=To(row.account_id, row.state, row.region, row.district),
            item_id=row.item_id,
            decision_id=row.decision_id,
            payload=row.payload,
        )
        for row in session.scalars(statement)
    ]


def mark_sent(session: Session, notice_ids: Iterable[int], now: datetime) -> int:
    """These have been sent. Returns how many had not been marked before."""
    waiting = (Notice.id.in_(sorted(set(notice_ids))), Notice.sent.is_(None))
    return session.connection().execute(update(Notice).where(*waiting).values(sent=now)).rowcount
