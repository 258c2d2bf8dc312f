"""Which school districts make a region of a State: the business of its State region administrator."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity import ledger, ownership
from linkage.identity.context import is_state, require
from linkage.identity.ledger import EventKind
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Account, Door
from linkage.store.base import canonical_json
from linkage.store.database import lock_identity
from linkage.store.models import ItemConcern, RegionDistrict, WorklistItem


def listed(session: Session, state: str = "") -> Mapping[str, Mapping[str, list[str]]]:
    """State -> region -> its districts, all in alphabetical order; `state`: of this one only."""
    statement = select(RegionDistrict).order_by(RegionDistrict.state, RegionDistrict.region, RegionDistrict.district)
    found: dict[str, dict[str, list[str]]] = {}
    for row in session.scalars(statement.where(RegionDistrict.state == state) if state else statement):
        found.setdefault(row.state, {}).setdefault(row.region, []).append(row.district)
    return found


def assign(
    session: Session, account: Account | None, state: str, region: str, districts: Iterable[str], *, now: datetime
) -> None:
    """These districts, and no others, make the region from now on; a district taken from another region leaves it.

    No districts: the region ends. Items that wait stand where they belong afterwards. `account` None: the command line.
    Raises StateChangeError, NotAllowedError.
    """
    wanted = sorted({one.strip() for one in districts} - {""})
    _refuse(account, state, region)
    lock_identity(session)
    before = [name for names in listed(session, state).get(state, {}).values() for name in names]
    rows = RegionDistrict.state == state
    session.execute(delete(RegionDistrict).where(rows, RegionDistrict.region == region))
    session.execute(delete(RegionDistrict).where(rows, RegionDistrict.district.in_(wanted)))
    if wanted:
        session.execute(insert(RegionDistrict), [{"state": state, "region": region, "district": one} for one in wanted])
    content = hashlib.sha256(canonical_json({"region": region, "districts": wanted}).encode()).hexdigest()
    actor, through = (account.id, account.through) if account else (None, Door.COMMAND_LINE)
    payload = {"state": state, "districts": len(wanted), "content": content}
    ledger.append(session, EventKind.REGION_ASSIGNED, actor_id=actor, at=now, payload=payload, through=through)
    _move_items(session, state, {*before, *wanted}, now)


def _refuse(account: Account | None, state: str, region: str) -> None:
    if account is not None:
        require(account, "region:manage")
        if account.state != state:
            raise NotAllowedError("These regions are another State's.")
    if not is_state(state):
        raise StateChangeError(f"`{state}` is not the postal code of a State.", "Write it like TX.")
    if not region.strip() or region != region.strip():
        raise StateChangeError("A region needs a name.", "Write it like “Region 1”.")


def _move_items(session: Session, state: str, districts: Iterable[str], now: datetime) -> None:
    concerned = (
        select(WorklistItem.id)
        .join(ItemConcern, ItemConcern.item_id == WorklistItem.id)
        .where(WorklistItem.status.in_(UNFINISHED))
        .where(ItemConcern.state == state, ItemConcern.district.in_(sorted(districts)))
    )
    ownership.renew(session, session.scalars(concerned.distinct()).all(), now)
