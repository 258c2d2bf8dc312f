"""What the service joins by itself: a record that one State has sent again under another ID, alike in everything that says who it is.

Only what a scan has put into `auto` without a guard, and only as far as the policy allows. It is a decision like any other: in the
ledger, in the history of the student, and undone by whoever may undo.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity import child_count, constraints, proposals, recording, scope
from linkage.identity.constraints import IDENTITY
from linkage.identity.context import policy
from linkage.identity.recording import Deed
from linkage.identity.views import Kind, Outcome, Request, Status, Verdict
from linkage.store.database import lock_identity
from linkage.store.models import ScoredPair, WorklistItem

# Must be filled and agree; what else is filled on both sides must agree as well.
_REQUIRED = ("first_name", "last_name_1", "birth_date", "sex")
_PARENTS = (("parent1_first", "parent1_last"), ("parent2_first", "parent2_last"))


def candidates(session: Session) -> list[int]:
    """Open near matches that a scan has put into `auto` without a guard; the policy has not been asked yet."""
    if policy(session).decisions.link_automatically == "never":
        return []
    statement = select(WorklistItem.id, WorklistItem.guards).where(
        WorklistItem.kind == str(Kind.NEAR_MATCH),
        WorklistItem.status == str(Status.OPEN),
        WorklistItem.probability >= policy(session).bands.auto,
    )
    return [item_id for item_id, guards in session.execute(statement.order_by(WorklistItem.id)) if not guards]


def link_by_itself(session: Session, item_id: int, now: datetime) -> Outcome | None:
    """Join the two records of an item if the policy lets the service do so; None if a person must decide."""
    lock_identity(session)
    item = scope.any_item(session, item_id)
    members = scope.members_of(session, item.id)
    if not _may(session, item, members, now):
        return None
    request = Request(item.id, item.version, Verdict.SAME, f"by itself:{item.id}:{item.version}", reason="records")
    recording.claim(session, item, request.version, now)
    decision = recording.store(session, None, item, request, members, now=now)
    return proposals.propose(session, Deed(None, request, item, decision))


def _may(session: Session, item: WorklistItem, members: Iterable[int], now: datetime) -> bool:
    rules, records = policy(session).decisions, list(members)
    if rules.link_automatically == "never" or item.kind != Kind.NEAR_MATCH or item.status != Status.OPEN:
        return False
    if item.guards or len(records) != 2 or len(scope.states_of_items(session, [item.id])[item.id]) != 1:
        return False
    bands = set(session.scalars(select(ScoredPair.band).where(ScoredPair.item_id == item.id)))
    if bands != {"auto"} or not _alike(session, records):
        return False
    if rules.second_person.in_child_count == "never":
        return True
    return not child_count.counted(session, records, now.date())


def _alike(session: Session, records: Iterable[int]) -> bool:
    one, other = constraints.current_versions(session, records).values()
    values = [(str(getattr(one, column)).casefold(), str(getattr(other, column)).casefold()) for column in IDENTITY]
    said = dict(zip(IDENTITY, values, strict=True))
    agree = all(a == b for a, b in values if a and b)
    required = all(said[column][0] and said[column][1] for column in _REQUIRED)
    parent = any(all(said[column][0] and said[column][1] for column in names) for names in _PARENTS)
    return agree and required and parent
