"""Which students nobody may flag for a merge or a split just now, because somebody is at them already."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from linkage.identity.views import Status
from linkage.store.models import ItemMember, Membership, WorklistItem


def locked(session: Session, students: Iterable[str], now: datetime) -> str:
    """Why these students (12-digit IDs) may not be flagged, in words with the item's number; "" if they may.

    An item that somebody has claimed, a proposal that waits for its validation, and one that waits for its day lock every student of
    the item. A claim that has expired locks nothing.
    """
    at_work = or_(
        WorklistItem.status.in_([str(Status.WAITING_VALIDATION), str(Status.APPROVED)]),
        (WorklistItem.status == str(Status.CLAIMED)) & (WorklistItem.claimed_until > now),
    )
    statement = (
        select(Membership.student_id, WorklistItem.id, WorklistItem.status)
        .join(ItemMember, ItemMember.source_record_id == Membership.source_record_id)
        .join(WorklistItem, WorklistItem.id == ItemMember.item_id)
        .where(Membership.student_id.in_(sorted(set(students))), Membership.valid_to.is_(None), at_work)
        .order_by(WorklistItem.id, Membership.student_id)
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return ""
    student, item_id, status = found
    return f"Student {student} is in worklist item {item_id}: {_WHY[Status(status)]}"


_WHY = {
    Status.CLAIMED: "somebody is working on it.",
    Status.WAITING_VALIDATION: "a proposal waits for its validation.",
    Status.APPROVED: "it is decided and waits for its day.",
}
