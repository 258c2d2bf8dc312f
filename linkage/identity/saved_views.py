"""A person's own worklists: filters under a name. A search is never kept, for it may name a child."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity.views import Account
from linkage.store.models import SavedView

MOST = 30  # of one person
LONGEST_NAME = 60  # characters
LONGEST_VALUE = 60  # characters of one filter: a code, a district, a user name
FILTERS = frozenset(
    {"list", "status", "kind", "state", "district", "age", "guard", "counted", "assigned", "sort", "band"}
)


@dataclass(frozen=True, slots=True)
class View:
    """`query`: the filters as they stand in the page's address, without the question mark."""

    id: int
    name: str
    query: str


def listed(session: Session, account: Account) -> tuple[View, ...]:
    """The person's own views, by name."""
    statement = select(SavedView).where(SavedView.account_id == account.id).order_by(SavedView.name, SavedView.id)
    return tuple(View(row.id, row.name, row.query) for row in session.scalars(statement))


def keep(session: Session, account: Account, name: str, query: str, *, now: datetime) -> View:
    """Keep the filters of `query` under a name; a view of this name is replaced. Whatever is no filter is left out.

    Raises StateChangeError: no name, a long one, too many views.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise StateChangeError(f"A view has a name of up to {LONGEST_NAME} characters.", "Write a shorter one.")
    mine = SavedView.account_id == account.id
    row = session.scalars(select(SavedView).where(mine, SavedView.name == name)).one_or_none()
    if row is None:
        if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
            raise StateChangeError(f"You have {MOST} views, and no more can be kept.", "Remove one first.")
        row = SavedView(account_id=account.id, name=name, created=now)
        session.add(row)
    row.query = filters_of(query)
    session.flush()
    return View(row.id, row.name, row.query)


def remove(session: Session, account: Account, view_id: int) -> None:
    """Forget a view. Raises UnknownIdError, also for a view of somebody else."""
    row = session.get(SavedView, view_id)
    if row is None or row.account_id != account.id:
        raise UnknownIdError("There is no such view.", "It may have been removed already.")
    session.delete(row)
    session.flush()


def filters_of(query: str) -> str:
    """The filters among the parameters of an address, in their order; empty ones say nothing and are left out."""
    given = parse_qsl(query.removeprefix("?"))
    return urlencode([(name, value) for name, value in given if name in FILTERS and len(value) <= LONGEST_VALUE])
