"""What the filters of the worklist can be set to: only what some unfinished item of the person has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity.context import require
from linkage.identity.scope import in_scope
from linkage.identity.views import Account
from linkage.identity.work_lists import WorkList, on_list
from linkage.store.models import AccountRow, ItemConcern, ItemPlace, WorklistItem


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """`states` by code. `assignees`: user name and display name, by the latter."""

    states: Sequence[str]
    districts: Sequence[str]
    assignees: Sequence[tuple[str, str]]


def filter_choices(session: Session, account: Account, *, now: datetime) -> FilterChoices:
    """The States and districts whose business the person's items are, and the people to whom they were handed."""
    require(account, "item:view")
    unfinished = on_list(session, WorkList.JURISDICTION, account, now)
    items = select(WorklistItem.id).where(in_scope(account), unfinished).scalar_subquery()
    concern = select(ItemConcern.state, ItemConcern.district).where(ItemConcern.item_id.in_(items)).distinct()
    found = session.execute(concern).all()
    assignee = (
        select(AccountRow.username, AccountRow.display_name)
        .join(ItemPlace, ItemPlace.assignee_id == AccountRow.id)
        .where(ItemPlace.assignee_id.is_not(None), ItemPlace.item_id.in_(items))
        .distinct()
        .order_by(AccountRow.display_name)
    )
    return FilterChoices(
        states=sorted({state for state, _ in found}),
        districts=sorted({district for _, district in found if district}),
        assignees=[(username, name) for username, name in session.execute(assignee)],
    )
