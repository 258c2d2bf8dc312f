"""The blind second look: a second person says what he or she would decide, and only then sees what the first one said.

If the two answers are one, it counts as a validation; if they differ, as a rejection, and a third person decides. Through the
screen there is no other way to validate or to reject (`requests.refuse_unasked_validation`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity import decisions, recording, requests, scope, states
from linkage.identity.views import Account, Kind, Outcome, Request, Verdict
from linkage.store.database import lock_identity
from linkage.store.models import Decision, WorklistItem

Parts = frozenset[frozenset[int]]


def answer(session: Session, account: Account, request: Request, *, now: datetime) -> Outcome:
    """What a second person would decide: same, different, twins, regroup (with its parts) or need information (with a note).

    Raises what `decisions.decide` raises.
    """
    lock_identity(session)
    before = _answered_before(session, account, request)
    if before:
        return before
    item = scope.item_in_scope(session, account, request.item_id)
    if request.verdict not in states.ANSWERS[Kind(item.kind)]:
        raise StateChangeError("This is no answer to what the item asks.", "Look at the item again.")
    if request.verdict is Verdict.NEED_INFORMATION and not request.note.strip():
        raise StateChangeError("Say in the note what information is needed.")
    said = _parts(request, scope.members_of(session, item.id))
    verdict = Verdict.VALIDATE if _agrees(session, item, request, said) else Verdict.REJECT
    return decisions.decide(session, account, replace(request, verdict=verdict, answer=request.verdict), now=now)


def _answered_before(session: Session, account: Account, request: Request) -> Outcome | None:
    """The outcome of the same answer sent before. It was kept as a validation or a rejection."""
    stored = session.scalars(select(Decision).where(Decision.idempotency_key == request.idempotency_key)).one_or_none()
    if stored is not None and stored.detail.get("answer") == request.verdict:
        request = replace(request, verdict=Verdict(stored.verdict))
    return recording.answered_before(session, account, request)


def _parts(request: Request, members: Mapping[int, int]) -> Parts:
    """Which records the answer speaks of, in the parts that it makes of them."""
    if request.verdict is Verdict.REGROUP:
        requests.part_numbers(request)  # two parts at least
        requests.chosen(members, [record for part in request.parts for record in part.records])
        return _as_parts([[int(record) for record in part.records] for part in request.parts])
    return _as_parts([list(requests.chosen(members, request.members))])


def _agrees(session: Session, item: WorklistItem, request: Request, said: Parts) -> bool:
    """Whether the proposal that waits says the same of the same records."""
    proposal = session.get(Decision, item.waiting_decision_id) if item.waiting_decision_id else None
    if proposal is None or proposal.verdict != request.verdict:
        return False
    if request.verdict is Verdict.REGROUP and requests.between(proposal) is not request.between:
        return False
    return _as_parts(recording.parts_of(session, proposal)) == said


def _as_parts(parts: Sequence[Sequence[int]]) -> Parts:
    return frozenset(frozenset(part) for part in parts)
