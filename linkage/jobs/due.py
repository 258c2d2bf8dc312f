"""What the clock asks for: approved decisions whose day has come are applied, people are reminded, the overdue is passed up.

Time never approves anything: what this job applies, people have approved. Each item is a unit of work of its own and is looked at
again inside it, so that the job may run as often as one likes, also twice at once, and be killed at any instant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from linkage.errors import LinkageError
from linkage.identity import blackouts, deadlines, decisions, escalation, ledger, ownership, scope
from linkage.identity.context import policy
from linkage.identity.ledger import EventKind
from linkage.identity.notices import NoticeKind, To, places_of, tell
from linkage.identity.states import UNDECIDED, UNFINISHED
from linkage.identity.views import LEVELS, Request, Status, Verdict
from linkage.identity.worklist import situation_of
from linkage.store.database import Database, lock_identity
from linkage.store.models import WorklistItem


@dataclass(slots=True)
class Done:
    """Ids of the items by what was done with them. `refused`: with the reason why an approved decision could not be applied."""

    applied: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    reminded: list[int] = field(default_factory=list)
    passed_up: list[int] = field(default_factory=list)
    information_overdue: list[int] = field(default_factory=list)


def do_what_is_due(database: Database, *, now: datetime) -> Done:
    """Look at every unfinished item once. Doing it again at the same moment does nothing."""
    done = Done()
    _renew_child_count(database, now)
    for item_id in _items(database, WorklistItem.status == str(Status.APPROVED), WorklistItem.applies_at <= now):
        _apply(database, item_id, now, done)
    for step, found in (
        (_information_overdue, done.information_overdue),
        (_remind, done.reminded),
        (_pass_up, done.passed_up),
    ):
        for item_id in _items(database, *_PERHAPS[step](now)):
            if _one(database, item_id, step, now):
                found.append(item_id)
    return done


def _items(database: Database, *conditions: ColumnElement[bool]) -> Sequence[int]:
    with database.unit_of_work(read_only=True) as session:
        unfinished = WorklistItem.status.in_([str(one) for one in UNFINISHED])
        statement = select(WorklistItem.id).where(unfinished, *conditions).order_by(WorklistItem.id)
        return session.scalars(statement).all()


_Step = Callable[[Session, WorklistItem, datetime], bool]


def _one(database: Database, item_id: int, step: _Step, now: datetime) -> bool:
    with database.unit_of_work() as session:
        lock_identity(session)
        item = scope.any_item(session, item_id)
        return situation_of(item, now).status in UNFINISHED and step(session, item, now)


def _apply(database: Database, item_id: int, now: datetime, done: Done) -> None:
    """A decision that can no longer be carried out stays approved, and the people of the item are told."""
    try:
        with database.unit_of_work() as session:
            lock_identity(session)
            item = scope.any_item(session, item_id)
            frozen = blackouts.applies_at(policy(session), scope.states_of_items(session, [item_id])[item_id], now)
            if item.status != Status.APPROVED or frozen:  # somebody was faster, or the policy has got a new blackout
                return
            decisions.decide(session, None, _request(item, Verdict.APPLY), now=now)
        done.applied.append(item_id)
    except LinkageError as error:
        done.refused.append((item_id, str(error)))
        with database.unit_of_work() as session:
            item = scope.any_item(session, item_id)
            _tell_everybody(session, item, NoticeKind.NOT_APPLIED, f"decision {item.waiting_decision_id}", now)


def _information_overdue(session: Session, item: WorklistItem, now: datetime) -> bool:
    """Told once for each day that was set, to those with whom the item stands."""
    due = item.information_due
    if item.status != Status.WAITING_INFORMATION or due is None or due > now:
        return False
    return _tell_everybody(session, item, NoticeKind.INFORMATION_OVERDUE, f"item {item.id} {due.isoformat()}", now)


def _remind(session: Session, item: WorklistItem, now: datetime) -> bool:
    """Of the last deadline that has come since somebody was reminded: one reminder, however long nobody ran this."""
    if item.resolve_due is None:
        return False
    states = scope.states_of_items(session, [item.id])[item.id]
    moments = [deadlines.remind_at(policy(session), states, item.resolve_due), item.resolve_due]
    if item.answered is None and item.answer_due:
        moments.append(item.answer_due)
    come = [moment for moment in moments if item.created < moment <= now]
    if not come or (item.reminded and item.reminded >= max(come)):
        return False
    item.reminded = now
    return _tell_everybody(session, item, NoticeKind.REMINDER, f"item {item.id} {max(come).isoformat()}", now)


def _pass_up(session: Session, item: WorklistItem, now: datetime) -> bool:
    """One level, where nobody is at it just now and somebody is above."""
    status = situation_of(item, now).status
    waits = (Status.WAITING_VALIDATION, Status.WAITING_INFORMATION)
    due = escalation.moment(session, item)
    if due is None or status is Status.CLAIMED or status not in (*UNDECIDED, *waits):
        return False
    if status is Status.WAITING_INFORMATION and item.information_due and item.information_due > now:
        return False  # the answer may still come
    if all(place.level == LEVELS[-1] for place in places_of(session, item.id)):
        return False
    if due > now:
        return False
    decisions.decide(session, None, _request(item, Verdict.ESCALATE), now=now)
    return True


def _request(item: WorklistItem, verdict: Verdict) -> Request:
    return Request(item.id, item.version, verdict, f"{verdict}:{item.id}:{item.version}")


def _tell_everybody(session: Session, item: WorklistItem, kind: NoticeKind, about: str, now: datetime) -> bool:
    """Everybody with whom the item stands, and the ledger that they were told; False if all of them knew."""
    told = [
        tell(session, kind, To.at(place), about, at=now, item_id=item.id, decision_id=item.waiting_decision_id)
        for place in places_of(session, item.id)
    ]
    if any(told):
        payload = {"item": item.id, "what": str(kind), "decision": item.waiting_decision_id, "told": sum(told)}
        ledger.append(session, EventKind.PEOPLE_REMINDED, actor_id=None, at=now, payload=payload)
    return any(told)


def _renew_child_count(database: Database, now: datetime) -> None:
    """A new count period may have begun, and enrollments may have come, since the items were looked at."""
    for item_ids in _chunks(_items(database)):
        with database.unit_of_work() as session:
            lock_identity(session)
            ownership.renew(session, item_ids, now)


def _chunks(item_ids: Sequence[int]) -> list[Sequence[int]]:
    return [item_ids[start : start + _CHUNK] for start in range(0, len(item_ids), _CHUNK)]


_CHUNK = 200

# What may concern an item at all, for a query; the step itself looks more closely.
_PERHAPS: dict[_Step, Callable[[datetime], tuple[ColumnElement[bool], ...]]] = {
    _information_overdue: lambda now: (WorklistItem.information_due <= now,),
    _remind: lambda now: (or_(WorklistItem.reminded.is_(None), WorklistItem.reminded < now),),
    _pass_up: lambda now: (WorklistItem.resolve_due <= now,),
}
