"""Deciding. One unit of work a decision: item, statements, memberships, notices and ledger together or not at all.

The order is always the same: lock, same request before?, scope, version, right, then write. What each verdict does stands in
`proposals` and `handling`; from where to where it may lead, in `states`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import handling, limits, proposals, recording, scope, states
from linkage.identity.context import policy
from linkage.identity.recording import Deed
from linkage.identity.undoing import undo
from linkage.identity.views import Account, Outcome, Request, Verdict
from linkage.identity.worklist import situation_of
from linkage.store.database import lock_identity
from linkage.store.models import Decision, WorklistItem

__all__ = ["decide", "undo"]

FEWEST = 2  # records that one can say something of


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
    situation = situation_of(item, now, scope.level_in(session, item.id, account))
    recording.claim(session, item, request.version, now)
    reason = states.refusal(situation, request.verdict, account)
    if reason:
        raise NotAllowedError(reason)
    limits.refuse_too_many(session, account, request.verdict, now)
    decision = _stored(session, account, item, request, now)
    handling.leave_claim(item)
    if item.answered is None and request.verdict not in (Verdict.ESCALATE, Verdict.REASSIGN):
        item.answered = now
    return _EFFECTS[request.verdict](session, Deed(account, request, item, decision))


def _stored(session: Session, account: Account | None, item: WorklistItem, request: Request, now: datetime) -> Decision:
    """The row of this decision, with the records that it is about."""
    _refuse_unknown_reason(session, request)
    waiting = session.get(Decision, item.waiting_decision_id) if item.waiting_decision_id else None
    members = scope.members_of(session, item.id)
    if waiting is not None:
        seen: Mapping[int, int] = recording.seen_by(session, waiting)
    elif request.verdict is Verdict.REGROUP:
        seen = _chosen(members, [record for part in request.parts for record in part.records])
    else:
        seen = _chosen(members, request.members)
    return recording.store(
        session,
        account,
        item,
        request,
        seen,
        now=now,
        parts=_part_numbers(request),
        detail=_detail(request, seen),
        answers=waiting.id if waiting else None,
    )


def _chosen(members: Mapping[int, int], chosen: Sequence[str] | None) -> Mapping[int, int]:
    """Record id -> version looked at, of the chosen members: the current one, for an upload that changes one changes the item."""
    if chosen is None:
        return members
    picked = {record_id: version for record_id, version in members.items() if str(record_id) in chosen}
    if len(picked) < len(set(chosen)):
        raise UnknownIdError("A chosen record is not part of this item.", "Load the page again.")
    if len(picked) < FEWEST:
        raise StateChangeError("A decision needs two records.", "Choose at least two.")
    if len(set(chosen)) < len(chosen):
        raise StateChangeError("A record stands in two parts.", "Put each record into one part.")
    return picked


def _part_numbers(request: Request) -> Mapping[int, int]:
    if request.verdict is not Verdict.REGROUP:
        return {}
    if len(request.parts) < FEWEST or not all(part.records for part in request.parts):
        raise StateChangeError(
            "To divide records takes two parts with a record in each.", "Make two parts, or say “same child”."
        )
    return {int(record): number for number, part in enumerate(request.parts) for record in part.records}


def _detail(request: Request, seen: Mapping[int, int]) -> Mapping[str, Any]:
    """What the verdict needs beside its records; ids and codes only."""
    if request.verdict is Verdict.SAME:
        return {"keeps": {str(min(seen)): request.keep}} if request.keep else {}
    if request.verdict is Verdict.REGROUP:
        keeps = {part.records[0]: part.keeps for part in request.parts if part.keeps}
        return {"between": str(request.between), "keeps": keeps}
    return {}


def _refuse_unknown_reason(session: Session, request: Request) -> None:
    if request.reason and policy(session).decisions.reason(request.reason) is None:
        raise StateChangeError(f"There is no reason {request.reason!r}.", "Choose one of the list.")


_EFFECTS: Mapping[Verdict, Callable[[Session, Deed], Outcome]] = {**proposals.EFFECTS, **handling.EFFECTS}
