"""Whose item is it? It belongs to the administrators of every State that has a record of one of its students.

That is more than the records of the item: to merge two students is the business of all who have a record of either.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from linkage.errors import UnknownIdError
from linkage.identity import recording
from linkage.identity.context import policy, require
from linkage.identity.views import Account, Status
from linkage.store.models import (
    AccountRow,
    Decision,
    ItemMember,
    Membership,
    SourceRecord,
    SourceRecordVersion,
    WorklistItem,
)


def in_scope(account: Account) -> ColumnElement[bool]:
    """The condition that belongs into every query for items."""
    return exists(_jurisdiction().where(ItemMember.item_id == WorklistItem.id, SourceRecord.state == account.state))


def states_of_items(session: Session, item_ids: Sequence[int]) -> dict[int, list[str]]:
    """Item id -> the States to which it belongs, by code."""
    statement = _jurisdiction().where(ItemMember.item_id.in_(item_ids)).distinct().order_by(SourceRecord.state)
    found: dict[int, list[str]] = {item_id: [] for item_id in item_ids}
    for item_id, state in session.execute(statement):
        found[item_id].append(state)
    return found


def state_left_out(session: Session, record_ids: Iterable[int], proposer_state: str) -> str:
    """The State whose people may not validate a merge of these records that one of them proposes; "" for none.

    Where another State has a record of one of the students, that State validates.
    """
    if policy(session).decisions.across_states != "other_state":
        return ""
    elsewhere = _together().where(_OWN.source_record_id.in_(list(record_ids)), SourceRecord.state != proposer_state)
    return proposer_state if session.scalar(elsewhere.limit(1)) else ""


def renew_waiting(session: Session, students: Iterable[str]) -> None:
    """Students have been joined or separated: who may validate the merges that wait for a second person changes as well."""
    concerned = (
        select(ItemMember.item_id)
        .join(_OWN, _OWN.source_record_id == ItemMember.source_record_id)
        .where(_OWN.valid_to.is_(None), _OWN.student_id.in_(sorted(set(students))))
    )
    statement = (
        select(WorklistItem, Decision, AccountRow.state)
        .join(Decision, Decision.id == WorklistItem.waiting_decision_id)
        .join(AccountRow, AccountRow.id == WorklistItem.proposer_id)
        .where(WorklistItem.status == str(Status.WAITING_VALIDATION), WorklistItem.id.in_(concerned))
    )
    for item, proposal, proposer_state in session.execute(statement).all():
        item.not_state = state_left_out(session, recording.seen_by(session, proposal), proposer_state)


def item_in_scope(session: Session, account: Account, item_id: int) -> WorklistItem:
    """The item, freshly read. Raises UnknownIdError also for an item of other people, which must look like no item."""
    require(account, "item:view")
    statement = select(WorklistItem).where(WorklistItem.id == item_id, in_scope(account))
    item = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if item is None:
        raise UnknownIdError(f"There is no worklist item {item_id}.", "It may belong to another State.")
    return item


def members_of(session: Session, item_id: int) -> dict[int, int]:
    """Record id -> its current version, which is what the page shows; ascending."""
    version = SourceRecordVersion
    statement = (
        select(version.source_record_id, version.number)
        .join(ItemMember, ItemMember.source_record_id == version.source_record_id)
        .where(ItemMember.item_id == item_id, version.is_current)
        .order_by(version.source_record_id)
    )
    return dict(session.execute(statement).all())


_OWN, _SHARED = aliased(Membership), aliased(Membership)


def _together() -> Select[str]:
    """The State of every record that is of one student with the record of `_OWN`."""
    return (
        select(SourceRecord.state)
        .join(_SHARED, (_SHARED.source_record_id == SourceRecord.id) & _SHARED.valid_to.is_(None))
        .join(_OWN, (_OWN.student_id == _SHARED.student_id) & _OWN.valid_to.is_(None))
    )


def _jurisdiction() -> Select[int, str]:
    joined = _together().join(ItemMember, ItemMember.source_record_id == _OWN.source_record_id)
    return joined.with_only_columns(ItemMember.item_id, SourceRecord.state)
