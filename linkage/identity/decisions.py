"""Deciding. One unit of work a decision: item, constraints, memberships and ledger together or not at all.

The order is always the same: lock, same request before?, scope, version, right, then write.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import constraints, merging, recording, scope, states
from linkage.identity.constraints import CANNOT_LINK, MUST_LINK, TWINS
from linkage.identity.context import policy
from linkage.identity.merging import Regrouping
from linkage.identity.recording import Deed
from linkage.identity.undoing import undo
from linkage.identity.views import Account, Outcome, Status, Verdict
from linkage.identity.worklist import situation_of, waiting_for
from linkage.propose.splits import SPLIT
from linkage.store.database import lock_identity
from linkage.store.models import Decision, WorklistItem

__all__ = ["decide", "undo"]

FEWEST = 2  # records that one can say something of


def decide(
    session: Session,
    account: Account,
    item_id: int,
    *,
    version: int,
    verdict: Verdict,
    note: str,
    idempotency_key: str,
    members: tuple[str, ...] | None,
    now: datetime,
) -> Outcome:
    """Say something of one version of an item; `members`: the records it is about, None for all.

    Raises UnknownIdError (not in scope), NotAllowedError, ConflictError (another was faster; says who, what and when, or an
    earlier decision contradicts), StateChangeError (a note or a second record is missing).
    """
    lock_identity(session)
    deed = Deed(item_id, verdict, note.strip(), idempotency_key, now)
    before = recording.answered_before(session, account, deed)
    if before:
        return before
    item = scope.item_in_scope(session, account, item_id)
    if verdict is Verdict.UNDO:
        raise StateChangeError("A decision is undone by its own number.", "Open the student's history.")
    situation = situation_of(item)
    waiting = session.get(Decision, item.waiting_decision_id) if item.waiting_decision_id else None
    recording.claim(session, item, version, now)
    reason = states.refusal(situation, verdict, account)
    if reason:
        raise NotAllowedError(reason)
    seen = _seen(session, item, members) if waiting is None else recording.seen_by(session, waiting)
    decision = recording.store(session, account, item, deed, seen, answers=waiting.id if waiting else None)
    return _EFFECTS[verdict](session, account, item, decision)


def _seen(session: Session, item: WorklistItem, chosen: tuple[str, ...] | None) -> Mapping[int, int]:
    """Record id -> version looked at, of the chosen members: the current one, for an upload that changes one changes the item."""
    members = scope.members_of(session, item.id)
    if chosen is None:
        return members
    picked = {record_id: version for record_id, version in members.items() if str(record_id) in chosen}
    if len(picked) < len(set(chosen)):
        raise UnknownIdError("A chosen record is not part of this item.", "Load the page again.")
    if len(picked) < FEWEST:
        raise StateChangeError("A decision needs two records.", "Choose at least two.")
    return picked


def _same(session: Session, account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    """Propose the merge; it waits for a second person unless the policy wants none."""
    records = list(recording.seen_by(session, decision))
    if item.kind == SPLIT and len(set(merging.students_of(session, records).values())) == 1:
        return _keep(session, item, decision, records)
    if policy(session).decisions.second_person == "never":
        return _merge(session, item, decision, decision)
    merging.refuse_contradiction(session, set(merging.students_of(session, records).values()))
    left_out = scope.state_left_out(session, records, account.state)  # before the item changes: a query writes what has
    item.status = str(Status.WAITING_VALIDATION)
    item.proposer_id, item.waiting_decision_id = account.id, decision.id
    item.not_state = left_out
    whom = waiting_for(situation_of(item), scope.states_of_items(session, [item.id])[item.id])
    return recording.finish(session, item, decision, f"Saved. The merge waits for {whom} to validate it.")


def _keep(session: Session, item: WorklistItem, decision: Decision, records: list[int]) -> Outcome:
    """One student today, and one child: nothing moves, so nobody needs to validate it."""
    constraints.add(session, decision, MUST_LINK, constraints.pairs_of(records))
    decision.applied_at = decision.at
    item.status = str(Status.APPLIED)
    return recording.finish(session, item, decision, "The records stay one student.")


def _validate(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    return _merge(session, item, _answered(session, decision), decision)


def _merge(session: Session, item: WorklistItem, proposal: Decision, decision: Decision) -> Outcome:
    """Apply `proposal`; `decision` is what made it happen: its validation, or itself."""
    result = merging.merge(session, proposal, list(recording.seen_by(session, proposal)), decision.at)
    proposal.applied_at = decision.at
    _leave_waiting(item, Status.APPLIED)
    scope.renew_waiting(session, [result.student_id])
    return recording.finish(
        session, item, decision, _merged(result), regrouping=result, answered=_other(proposal, decision)
    )


def _merged(result: Regrouping) -> str:
    gone = sorted({move.came_from for move in result.moves})
    if not gone:
        return f"These records were one student already: {result.student_id}."
    return f"Merged. Student {result.student_id} remains; {' and '.join(gone)} {'leads' if len(gone) == 1 else 'lead'} there."


def _reject(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    _leave_waiting(item, Status.OPEN)
    answered = _answered(session, decision)
    return recording.finish(
        session, item, decision, "The merge is rejected; the item is open again.", answered=answered
    )


def _withdraw(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    _leave_waiting(item, Status.OPEN)
    answered = _answered(session, decision)
    return recording.finish(
        session, item, decision, "The merge is withdrawn; the item is open again.", answered=answered
    )


def _different(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    return _refuse(session, item, decision, CANNOT_LINK)


def _twins(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    return _refuse(session, item, decision, TWINS)


def _refuse(session: Session, item: WorklistItem, decision: Decision, kind: str) -> Outcome:
    """Record a "no" for every pair of records that are not one student already."""
    records = list(recording.seen_by(session, decision))
    students = merging.students_of(session, records)
    pairs = [(a, b) for a, b in constraints.pairs_of(records) if students[a] != students[b]]
    if not pairs:
        raise StateChangeError("These records are one student already.", "Undo the merge that joined them first.")
    constraints.add(session, decision, kind, pairs)
    decision.applied_at = decision.at
    item.status = str(Status.APPLIED)
    said = "Kept as twins or siblings" if kind == TWINS else "Kept as different children"
    return recording.finish(session, item, decision, f"{said}. They come back only if a record changes.")


def _need_information(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    if not decision.note:
        raise StateChangeError("Say in the note what information is needed and whom you ask.")
    item.status = str(Status.WAITING_INFORMATION)
    return recording.finish(
        session, item, decision, "Saved. The item waits for information; reopen it when it is there."
    )


def _reopen(session: Session, _account: Account, item: WorklistItem, decision: Decision) -> Outcome:
    item.status = str(Status.OPEN)
    return recording.finish(session, item, decision, "The item is open again.")


def _leave_waiting(item: WorklistItem, status: Status) -> None:
    item.status = str(status)
    item.proposer_id = item.waiting_decision_id = None
    item.not_state = ""


def _answered(session: Session, decision: Decision) -> Decision:
    """The proposal that a validation, rejection or withdrawal speaks of."""
    return session.get_one(Decision, decision.answers_id)


def _other(proposal: Decision, decision: Decision) -> Decision | None:
    return None if proposal is decision else proposal


_EFFECTS: Mapping[Verdict, Callable[[Session, Account, WorklistItem, Decision], Outcome]] = {
    Verdict.SAME: _same,
    Verdict.DIFFERENT: _different,
    Verdict.TWINS: _twins,
    Verdict.NEED_INFORMATION: _need_information,
    Verdict.VALIDATE: _validate,
    Verdict.REJECT: _reject,
    Verdict.WITHDRAW: _withdraw,
    Verdict.REOPEN: _reopen,
}
