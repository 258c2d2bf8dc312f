"""Where an item goes next if nobody settles it, and when. Time passes an item up; it never decides one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.identity import deadlines, ownership, scope
from linkage.identity.context import policy
from linkage.identity.states import UNFINISHED
from linkage.identity.views import LEVELS, Account, Status, Verdict
from linkage.store.models import Decision, WorklistItem


@dataclass(frozen=True, slots=True)
class NextUp:
    """`level`: one of LEVELS, in the State of the person; "" if nobody is above. `at`: None if the item has no deadline."""

    level: str
    at: datetime | None


def next_up(session: Session, account: Account, item_id: int) -> NextUp | None:
    """Who is next, from where the item stands in this person's State; None for a finished item. Raises UnknownIdError."""
    item = scope.item_in_scope(session, account, item_id)
    if Status(item.status) not in UNFINISHED:
        return None
    place = scope.place_in(session, item.id, account.state)
    if place is None or place.level == LEVELS[-1]:
        return NextUp("", None)
    return NextUp(ownership.level_above(session, place), moment(session, item))


def moment(session: Session, item: WorklistItem) -> datetime | None:
    """When the service passes the item up if nobody is at it; None without a deadline."""
    if item.resolve_due is None:
        return None
    states = scope.states_of_items(session, [item.id])[item.id]
    return deadlines.pass_up_at(policy(session), states, item.resolve_due, _passed_up(session, item))


def _passed_up(session: Session, item: WorklistItem) -> datetime | None:
    """When the service did so last, since the item's deadlines were set."""
    by_service = (
        Decision.actor_id.is_(None),
        Decision.verdict == str(Verdict.ESCALATE),
        Decision.at >= item.resolve_due,
    )
    return session.scalar(select(func.max(Decision.at)).where(Decision.item_id == item.id, *by_service))
