"""Whose item is it? It belongs to the administrators of every State that has a record of one of its students.

That is more than the records of the item: to merge two students is the business of all who have a record of either. Within a State it
is the business of the districts (and their regions) of these records, and of whoever it was handed to.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, exists, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from linkage.errors import UnknownIdError
from linkage.identity import recording
from linkage.identity.context import policy, require
from linkage.identity.views import LEVELS, Account, Status
from linkage.store.database import read_once
from linkage.store.models import (
    AccountRow,
    Decision,
    ItemConcern,
    ItemMember,
    ItemPlace,
    Membership,
    RegionDistrict,
    SourceRecord,
    SourceRecordVersion,
    WorklistItem,
)


def in_status(column: InstrumentedAttribute[str], statuses: Collection[Status]) -> ColumnElement[bool]:
    """The condition that an item, or its place, has one of these statuses; written out, as a query has many of them."""
    return column.in_([literal_column(f"'{one}'") for one in statuses])


def in_scope(account: Account, statuses: Collection[Status] = ()) -> ColumnElement[bool]:
    """The condition that belongs into every query for items.

    `statuses`: those that the query asks for anyway. Said here as well, what was finished years ago is not looked at.
    """
    place = [ItemPlace.item_id == WorklistItem.id]
    if statuses:
        place.append(in_status(ItemPlace.status, statuses))
    if account.level == "state":  # an item has one place in each State that it concerns
        return exists().where(*place, ItemPlace.state == account.state)
    concerned = exists().where(ItemConcern.item_id == WorklistItem.id, _own(account, ItemConcern))
    return concerned | exists().where(*place, ItemPlace.assignee_id == account.id)


def reach(account: Account) -> Hashable:
    """Two people of one reach have the same items in their scope. Below the State, what was handed to a person counts as well."""
    return account.state if account.level == "state" else account.id


def _own(account: Account, what: type[ItemConcern] | type[SourceRecord]) -> ColumnElement[bool]:
    """The condition that a concern of an item, or a record, is of this person's jurisdiction."""
    state = what.state == account.state
    if account.district:
        return state & (what.district == account.district)
    if account.region:
        districts = select(RegionDistrict.district).where(
            RegionDistrict.state == account.state, RegionDistrict.region == account.region
        )
        return state & what.district.in_(districts)
    return state


def has_own(session: Session, account: Account, record_ids: Iterable[int]) -> bool:
    """Whether one of these records is of this person's jurisdiction."""
    statement = select(SourceRecord.id).where(SourceRecord.id.in_(sorted(set(record_ids))), _own(account, SourceRecord))
    return session.scalar(statement.limit(1)) is not None


def level_in(session: Session, item_id: int, account: Account | None) -> str:
    """The level at which an item stands in this person's State: one of LEVELS."""
    place = place_in(session, item_id, account.state) if account else None
    return place.level if place else LEVELS[0]


def place_in(session: Session, item_id: int, state: str) -> ItemPlace | None:
    """Where an item stands in a State; None in one that it does not concern."""
    key = (item_id, state)
    return read_once(session, ("place", *key), lambda: session.get(ItemPlace, key, populate_existing=True))


def states_of_items(session: Session, item_ids: Sequence[int]) -> dict[int, list[str]]:
    """Item id -> the States to which it belongs, by code."""
    statement = select(ItemConcern.item_id, ItemConcern.state).where(ItemConcern.item_id.in_(item_ids)).distinct()
    statement = statement.order_by(ItemConcern.state)
    found: dict[int, list[str]] = {item_id: [] for item_id in item_ids}
    for item_id, state in session.execute(statement):
        found[item_id].append(state)
    return found


def states_of_records(session: Session, record_ids: Iterable[int]) -> list[str]:
    """The States of these records, by code."""
    ids = sorted(set(record_ids))
    statement = select(SourceRecord.state).where(SourceRecord.id.in_(ids)).distinct()
    return read_once(session, ("states", *ids), lambda: sorted(session.scalars(statement)))


def state_left_out(session: Session, record_ids: Iterable[int], proposer_state: str) -> str:
    """The State whose people may not validate a merge of these records that one of them proposes; "" for none.

    Where another State has a record of one of the students, that State validates.
    """
    if policy(session).decisions.across_states != "other_state":
        return ""
    ids = sorted(set(record_ids))
    elsewhere = _together().where(_OWN.source_record_id.in_(ids), SourceRecord.state != proposer_state).limit(1)
    found = read_once(session, ("elsewhere", proposer_state, *ids), lambda: session.scalar(elsewhere))
    return proposer_state if found else ""


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
    item = read_once(session, ("item", account.id, item_id), lambda: _item_in_scope(session, account, item_id))
    if item is None:
        raise UnknownIdError(f"There is no worklist item {item_id}.", "It may belong to another State.")
    return item


def _item_in_scope(session: Session, account: Account, item_id: int) -> WorklistItem | None:
    statement = select(WorklistItem).where(WorklistItem.id == item_id, in_scope(account))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def any_item(session: Session, item_id: int) -> WorklistItem:
    """The item, freshly read, for the service itself. Raises UnknownIdError."""
    item = session.get(WorklistItem, item_id, populate_existing=True)
    if item is None:
        raise UnknownIdError(f"There is no worklist item {item_id}.")
    return item


def members_of(session: Session, item_id: int) -> dict[int, int]:
    """Record id -> its current version, which is what the page shows; ascending."""
    return {record: current for record, _, current in members_seen(session, item_id)}


def members_seen(session: Session, item_id: int) -> Sequence[tuple[int, int, int]]:
    """Of each record of an item, ascending: its id, the version that the proposal saw, and the current one."""
    version = SourceRecordVersion
    statement = (
        select(version.source_record_id, ItemMember.version, version.number)
        .join(ItemMember, ItemMember.source_record_id == version.source_record_id)
        .where(ItemMember.item_id == item_id, version.is_current)
        .order_by(version.source_record_id)
    )
    return read_once(session, ("members", item_id), lambda: session.execute(statement).all())


_OWN, _SHARED = aliased(Membership), aliased(Membership)


def _together() -> Select[str]:
    """The State of every record that is of one student with the record of `_OWN`."""
    return (
        select(SourceRecord.state)
        .join(_SHARED, (_SHARED.source_record_id == SourceRecord.id) & _SHARED.valid_to.is_(None))
        .join(_OWN, (_OWN.student_id == _SHARED.student_id) & _OWN.valid_to.is_(None))
    )


def jurisdiction() -> Select[int, int, str, str]:
    """Item, record, State, district: every record of one of an item's students, from which `item_concern` follows."""
    joined = _together().join(ItemMember, ItemMember.source_record_id == _OWN.source_record_id)
    return joined.with_only_columns(ItemMember.item_id, SourceRecord.id, SourceRecord.state, SourceRecord.district)
