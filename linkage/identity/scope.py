"""Whose item is it? An item belongs to the administrators of every State that has a record in it."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.identity.context import require
from linkage.identity.views import Account
from linkage.store.models import ItemMember, SourceRecord, WorklistItem


def in_scope(account: Account) -> ColumnElement[bool]:
    """The condition that belongs into every query for items."""
    return exists(
        select(ItemMember.item_id)
        .join(SourceRecord, SourceRecord.id == ItemMember.source_record_id)
        .where(ItemMember.item_id == WorklistItem.id, SourceRecord.state == account.state)
    )


def item_in_scope(session: Session, account: Account, item_id: int) -> WorklistItem:
    """The item, freshly read. Raises UnknownIdError also for an item of other people, which must look like no item."""
    require(account, "item:view")
    statement = select(WorklistItem).where(WorklistItem.id == item_id, in_scope(account))
    item = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if item is None:
        raise UnknownIdError(f"There is no worklist item {item_id}.", "It may belong to another State.")
    return item


def members_of(session: Session, item_id: int) -> dict[int, tuple[str, int]]:
    """Record id -> its State and the version the proposal saw; ascending."""
    statement = (
        select(SourceRecord.id, SourceRecord.state, ItemMember.version)
        .join(ItemMember, ItemMember.source_record_id == SourceRecord.id)
        .where(ItemMember.item_id == item_id)
        .order_by(SourceRecord.id)
    )
    return {record_id: (state, version) for record_id, state, version in session.execute(statement)}
