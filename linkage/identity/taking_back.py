"""What a person has just said, and taking it back at once, whatever it was: one word undoes, withdraws, or opens what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity import decisions, history, scope, states, undoing
from linkage.identity.context import policy
from linkage.identity.views import Account, DecisionView, Kind, Outcome, Request, Status, Verdict
from linkage.identity.worklist import situation_for
from linkage.store.models import Decision, WorklistItem

# By what an item is brought back to where a decision found it, by where the decision has led it.
_BACK: Mapping[Status, Verdict] = {
    Status.APPLIED: Verdict.UNDO,
    Status.APPROVED: Verdict.WITHDRAW,
    Status.WAITING_VALIDATION: Verdict.WITHDRAW,
    Status.WAITING_INFORMATION: Verdict.REOPEN,
}
_HANDLING = {Verdict.CLAIM, Verdict.RELEASE, Verdict.REASSIGN, Verdict.ESCALATE}  # decides nothing
_IS_BACK = {Verdict.UNDO, Verdict.WITHDRAW, Verdict.REOPEN}


@dataclass(frozen=True, slots=True)
class JustSaid:
    """A decision with what came of it. `answered`: the proposal that it validated or rejected. `back`: what takes it back now, None if
    nothing does. `seconds`: for so long without a further question.
    """

    decision: DecisionView
    answered: DecisionView | None
    kind: Kind
    status: Status
    sentence: str
    student_id: str
    back: Verdict | None
    seconds: float


def just_said(session: Session, account: Account, decision_id: int, *, now: datetime) -> JustSaid | None:
    """The decision, if this person made it and still sees its item; None for any other."""
    statement = (
        select(Decision, WorklistItem)
        .join(WorklistItem, WorklistItem.id == Decision.item_id)
        .where(Decision.id == decision_id, Decision.actor_id == account.id, scope.in_scope(account))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    row, item = found
    views = {one.decision_id: one for one in history.decisions_by_id(session, [row.id, row.answers_id or row.id])}
    back = _back(session, account, row, item, now)
    left = policy(session).decisions.undo_at_once_seconds - (now - row.at).total_seconds()
    return JustSaid(
        decision=views[row.id],
        answered=views[row.answers_id] if row.answers_id else None,
        kind=Kind(item.kind),
        status=Status(row.outcome_status),
        sentence=row.outcome_sentence,
        student_id=row.outcome_student,
        back=back,
        seconds=max(0.0, left) if back else 0.0,
    )


def take_back(session: Session, account: Account, said: JustSaid, *, idempotency_key: str, now: datetime) -> Outcome:
    """Take back what was just said. Raises StateChangeError if that takes a question first, and what an undo and a decision raise."""
    if said.back is None or not said.seconds:
        raise StateChangeError("This can no longer be taken back at once.", "Open the item.")
    if said.back is Verdict.UNDO:
        number = said.decision.decision_id
        return undoing.undo(session, account, number, note="", idempotency_key=idempotency_key, now=now)
    version = session.get_one(Decision, said.decision.decision_id).item_version + 1
    request = Request(said.decision.item_id, version, said.back, idempotency_key)
    return decisions.decide(session, account, request, now=now)


def _back(session: Session, account: Account, row: Decision, item: WorklistItem, now: datetime) -> Verdict | None:
    verdict = Verdict(row.verdict)
    word = _BACK.get(Status(row.outcome_status))
    if word is None or verdict in _HANDLING | _IS_BACK or row.undone_by is not None:
        return None
    if item.version != row.item_version + 1 or states.refusal(
        situation_for(session, item, account, now), word, account
    ):
        return None
    return word
