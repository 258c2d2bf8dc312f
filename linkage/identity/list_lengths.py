"""How many items stand on each list of a person. In a unit of work that only reads, each is counted once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from linkage.identity.context import require
from linkage.identity.scope import in_scope, in_status
from linkage.identity.views import Account, Status
from linkage.identity.work_lists import NARROWER, ON_DESK, STATUSES, Wanted, WorkList, listed
from linkage.store.database import read_once
from linkage.store.models import ItemPlace, WorklistItem


def counts(session: Session, account: Account) -> Mapping[Status, int]:
    """How many items of the person's jurisdiction stand in each status."""
    require(account, "item:view")
    return read_once(session, ("counts", account.id), lambda: _counts(session, account))


def _counts(session: Session, account: Account) -> Mapping[Status, int]:
    statement = select(WorklistItem.status, func.count()).where(in_scope(account)).group_by(WorklistItem.status)
    if account.level == "state":  # an item has one place in a State, and its index says it all
        places = select(ItemPlace.status, func.count()).where(ItemPlace.state == account.state)
        statement = places.group_by(ItemPlace.status)
    found = dict.fromkeys(Status, 0)
    return found | {Status(status): number for status, number in session.execute(statement)}


def list_counts(session: Session, account: Account, *, now: datetime) -> Mapping[WorkList, int]:
    """How many items stand on each list of this person that shows unfinished ones; `counts` knows the others."""
    require(account, "item:view")
    return read_once(session, ("list_counts", account.id), lambda: _list_counts(session, account, now))


def _list_counts(session: Session, account: Account, now: datetime) -> Mapping[WorkList, int]:
    unfinished = listed(session, Wanted(WorkList.JURISDICTION), account, now)
    also = (
        NARROWER[one](session, account, now) if one in NARROWER else in_status(WorklistItem.status, STATUSES[one])
        for one in ON_DESK
    )
    numbers = [func.count(case((condition, 1))) for condition in also]
    found = session.execute(select(*numbers).select_from(WorklistItem).where(unfinished)).one()
    return dict(zip(ON_DESK, found, strict=True))


def known_length(session: Session, account: Account, wanted: Wanted, *, now: datetime) -> int | None:
    """How long a list is, as its count says; None where a filter narrows it, or where it has items of every status."""
    if wanted.filtered or not wanted.statuses:
        return None
    if wanted.status is None and wanted.list in ON_DESK:
        return list_counts(session, account, now=now)[wanted.list]
    by_status = counts(session, account)
    return sum(by_status[one] for one in wanted.statuses)
