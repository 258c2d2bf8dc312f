"""Taking a decision back, at any later time: what it said no longer counts, and everything else still does.

The students become what the other statements in force connect (`regrouping`). Records that came later stay with the record
they were joined with; an undo at once restores exactly what was before.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import applying, constraints, history, ownership, recording, states
from linkage.identity.dob import settling
from linkage.identity.memberships import NOTHING_MOVED, Regrouping
from linkage.identity.recording import Deed
from linkage.identity.regrouping import Group
from linkage.identity.scope import in_scope, item_in_scope
from linkage.identity.views import FLAGGED, Account, EventView, Kind, Outcome, Request, Status, Verdict
from linkage.identity.worklist import situation_for
from linkage.store.database import lock_identity
from linkage.store.models import Decision, WorklistItem


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """`since`: what has happened to these records since the decision. `groups`: the students afterwards. `refusal`: why it cannot be
    taken back now, "" if it can.
    """

    since: tuple[EventView, ...]
    groups: tuple[Group, ...]
    refusal: str


def preview(session: Session, account: Account, decision_id: int) -> UndoPreview:
    """What an undo would do; nothing is written. Raises UnknownIdError."""
    decision = _applied_decision(session, account, decision_id)
    _, plan = applying.planned_without(session, decision)
    events = history.events_of(session, account, list(recording.seen_by(session, decision)))
    refusal = ""
    try:
        _refuse_not_applied(session, decision)
        applying.refuse_contradictions(plan.contradictions)
    except (ConflictError, StateChangeError) as error:
        refusal = str(error)
    since = tuple(event for event in events if event.at > (decision.applied_at or decision.at))
    return UndoPreview(since, plan.groups, refusal)


def undo(
    session: Session, account: Account, decision_id: int, *, note: str, idempotency_key: str, now: datetime
) -> Outcome:
    """Take an applied decision back and open its item again. The id of the validation that applied it does as well.

    Raises UnknownIdError (no such decision in this person's scope), NotAllowedError, ConflictError (already undone, or records would
    come together that somebody has called different since), StateChangeError (nothing of it was applied).
    """
    lock_identity(session)
    decision = _applied_decision(session, account, decision_id)
    item = item_in_scope(session, account, decision.item_id)
    request = Request(item.id, item.version, Verdict.UNDO, idempotency_key, note=note)
    before = recording.answered_before(session, account, request)
    if before:
        return before
    _refuse_not_applied(session, decision)
    reason = states.refusal(situation_for(session, item, account, now), Verdict.UNDO, account)
    if reason:
        raise NotAllowedError(reason)
    recording.claim(session, item, item.version, now)
    seen = recording.seen_by(session, decision)
    undoing = recording.store(session, account, item, request, seen, now=now, answers=decision.id)
    decision.undone_by = undoing.id
    return _take_back(session, Deed(account, request, item, undoing), decision)


def _take_back(session: Session, deed: Deed, decision: Decision) -> Outcome:
    known, plan = applying.planned_without(session, decision)
    applying.refuse_contradictions(plan.contradictions)
    constraints.end(session, decision.id, deed.at)
    deed.item.disagreed = []  # whoever answered before may answer anew
    if decision.verdict == Verdict.SETTLE_DATE:
        settling.forget(session, deed.item)
    record = min(recording.seen_by(session, decision))
    regrouping = applying.carried_out(session, known, plan, deed.decision, record, at=deed.at)
    joined = decision.verdict in (Verdict.SAME, Verdict.REGROUP)
    sentence = _sentence(regrouping) if joined else "The decision no longer counts."
    if Kind(deed.item.kind) in FLAGGED:
        deed.item.status = str(Status.WITHDRAWN)
    elif _stands_again(session, deed.item):
        sentence += " Another item about the same records is in the worklist."
        deed.item.status = str(Status.SUPERSEDED)
    else:
        sentence += " The item is open again."
        deed.item.status = str(Status.OPEN)
        ownership.opened(session, [deed.item], deed.at)
    return recording.finish(
        session, deed, sentence, regrouping=regrouping if joined else NOTHING_MOVED, answered=decision
    )


def _sentence(regrouping: Regrouping) -> str:
    if not regrouping.moves:
        return "The decision is undone; other decisions still hold these records where they are."
    back = sorted({move.went_to for move in regrouping.moves})
    if len(back) == 1:
        return f"The decision is undone: {back[0]} has its records back."
    return f"The decision is undone: {' and '.join(back)} have their records back."


def _refuse_not_applied(session: Session, decision: Decision) -> None:
    if decision.undone_by is not None:
        raise ConflictError(_who_undid(session, decision.undone_by), "Look at the item again.")
    if decision.applied_at is None:
        raise StateChangeError(
            f"Decision {decision.id} changed nothing that could be taken back.", "Open its item in the worklist."
        )


def _stands_again(session: Session, item: WorklistItem) -> bool:
    """Whether another item with the same key waits already: a scan opened it after an identity field changed."""
    same = select(WorklistItem.id).where(WorklistItem.key == item.key, WorklistItem.id != item.id)
    return bool(session.scalar(select(exists(same.where(WorklistItem.status.in_(states.UNFINISHED))))))


def _applied_decision(session: Session, account: Account, decision_id: int) -> Decision:
    """The decision; for what applied it, the proposal. One of other people looks like none."""
    statement = select(Decision).join(WorklistItem, WorklistItem.id == Decision.item_id)
    statement = statement.where(Decision.id == decision_id, in_scope(account))
    decision = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if decision is not None and decision.answers_id and decision.verdict in (Verdict.VALIDATE, Verdict.APPLY):
        decision = session.get(Decision, decision.answers_id, populate_existing=True)
    if decision is None:
        raise UnknownIdError(f"There is no decision {decision_id}.", "It may belong to another State.")
    return decision


def _who_undid(session: Session, decision_id: int) -> str:
    (view,) = history.decisions_by_id(session, [decision_id])
    return f"{view.actor} {history.words(view.verdict)} {recording.moment(view.at)}."
