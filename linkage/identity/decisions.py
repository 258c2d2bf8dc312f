"""Deciding. One unit of work a decision: item, statements, memberships, notices and ledger together or not at all.

The order is always the same: lock, same request before?, scope, version, right, then write. What each verdict does stands in
`proposals` and `handling`; from where to where it may lead, in `states`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity import handling, limits, proposals, recording, requests, scope, states
from linkage.identity.dob import settling
from linkage.identity.recording import Deed
from linkage.identity.undoing import undo
from linkage.identity.views import Account, Kind, Outcome, Request, Verdict
from linkage.identity.worklist import situation_for
from linkage.store.database import lock_identity
from linkage.store.models import Decision, WorklistItem

__all__ = ["decide", "undo"]


def decide(session: Session, account: Account | None, request: Request, *, now: datetime) -> Outcome:
    """Say something of one version of an item. `account` None: the service itself.

    Raises UnknownIdError (not in scope), NotAllowedError, ConflictError (another was faster; says who, what and when, or an
    earlier decision contradicts), StateChangeError (something is missing; says what).
    """
    lock_identity(session)
    before = recording.answered_before(session, account, request)
    if before:
        return before
    item = (
        scope.item_in_scope(session, account, request.item_id) if account else scope.any_item(session, request.item_id)
    )
    if request.verdict is Verdict.UNDO:
        raise StateChangeError("A decision is undone by its own number.", "Open the student's history.")
    situation = situation_for(session, item, account, now)
    recording.claim(session, item, request.version, now)
    reason = states.refusal(situation, request.verdict, account)
    if reason:
        raise NotAllowedError(reason)
    requests.refuse_unasked_validation(session, account, request)
    limits.refuse_too_many(session, account, request.verdict, now)
    decision = _stored(session, account, item, request, now)
    handling.leave_claim(item)
    if item.answered is None and request.verdict not in (Verdict.ESCALATE, Verdict.REASSIGN):
        item.answered = now
    effects = _OF_BIRTH_DATES if item.kind == Kind.BIRTH_DATE else _EFFECTS
    return effects[request.verdict](session, Deed(account, request, item, decision))


def _stored(session: Session, account: Account | None, item: WorklistItem, request: Request, now: datetime) -> Decision:
    """The row of this decision, with the records that it is about."""
    requests.refuse_unknown_reason(session, request)
    if account is not None:
        requests.refuse_missing_reason(session, item, request)
    waiting = session.get(Decision, item.waiting_decision_id) if item.waiting_decision_id else None
    members = scope.members_of(session, item.id)
    if waiting is not None:
        seen: Mapping[int, int] = recording.seen_by(session, waiting)
    elif request.verdict is Verdict.REGROUP:
        seen = requests.chosen(members, [record for part in request.parts for record in part.records])
    else:
        seen = requests.chosen(members, request.members)
    return recording.store(
        session,
        account,
        item,
        request,
        seen,
        now=now,
        parts=requests.part_numbers(request),
        detail=requests.detail(request),
        answers=waiting.id if waiting else None,
    )


_EFFECTS: Mapping[Verdict, Callable[[Session, Deed], Outcome]] = {**proposals.EFFECTS, **handling.EFFECTS}
_OF_BIRTH_DATES = {**handling.EFFECTS, **settling.EFFECTS}
