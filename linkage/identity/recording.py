"""What every decision has in common: claim the version, keep the row, say what came of it, append to the ledger.

One decision wins: whoever finds another version than the one looked at gets a ConflictError that says who was faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linkage.errors import ConflictError, StateChangeError
from linkage.identity import history, ledger, telling
from linkage.identity.ledger import EventKind
from linkage.identity.memberships import NOTHING_MOVED, Regrouping
from linkage.identity.views import Account, Kind, Outcome, Request, Status, door_of
from linkage.store.models import Decision, DecisionMember, WorklistItem


@dataclass(frozen=True, slots=True)
class Deed:
    """What an effect gets: who asks for what, the claimed item, and the row that is kept of it. `account` None: the service itself."""

    account: Account | None
    request: Request
    item: WorklistItem
    decision: Decision

    @property
    def at(self) -> datetime:
        return self.decision.at


def answered_before(session: Session, account: Account | None, request: Request) -> Outcome | None:
    """The outcome of the same request sent before, or None. Raises StateChangeError if the key meant something else."""
    if not request.idempotency_key:
        raise StateChangeError("A decision needs a key of its own.", "Look at the item again.")
    statement = select(Decision).where(Decision.idempotency_key == request.idempotency_key)
    stored = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if stored is None:
        return None
    # A flag does not know its item yet.
    asked = (request.item_id or stored.item_id, str(request.verdict), account.id if account else None)
    if (stored.item_id, stored.verdict, stored.actor_id) != asked:
        raise StateChangeError("This request was sent before, for another decision.", "Look at the item again.")
    return _outcome(stored)


def claim(session: Session, item: WorklistItem, version: int, now: datetime) -> None:
    """Take the item's version, or raise ConflictError. Exactly one of many can take it, on every database."""
    statement = (
        update(WorklistItem)
        .where(WorklistItem.id == item.id, WorklistItem.version == version)
        .values(version=version + 1, changed=now)
    )
    taken = session.connection().execute(statement).rowcount
    session.refresh(item)
    if taken != 1:
        raise ConflictError(who_was_faster(session, item), "Look at the item again; your note is kept.")


def who_was_faster(session: Session, item: WorklistItem) -> str:
    """Who changed the item last, what and when, in words."""
    decisions = history.decisions_of(session, item.id)
    last = session.scalars(select(Decision).where(Decision.item_id == item.id).order_by(Decision.id.desc())).first()
    if last is None or last.item_version + 1 != item.version:
        if item.kind == Kind.BIRTH_DATE:
            return f"This item changed {moment(item.changed)}: evidence, a step or a newer version of a record has arrived."
        return f"This item changed {moment(item.changed)}: newer versions of its records, or another record, have come."
    view = decisions[-1]
    return f"{view.actor} {history.words(view.verdict)} {moment(view.at)}."


def moment(at: datetime) -> str:
    return f"on {at:%Y-%m-%d} at {at:%H:%M} UTC"


def store(
    session: Session,
    account: Account | None,
    item: WorklistItem,
    request: Request,
    seen: Mapping[int, int],
    *,
    now: datetime,
    parts: Mapping[int, int] | None = None,
    detail: Mapping[str, Any] | None = None,
    answers: int | None = None,
) -> Decision:
    """Keep the decision on the version that was claimed. `seen`: record id -> version looked at; `parts`: record id -> its part."""
    decision = Decision(
        item_id=item.id,
        item_version=item.version - 1,
        verdict=str(request.verdict),
        actor_id=account.id if account else None,
        at=now,
        note=request.note.strip(),
        reason=request.reason,
        detail=dict(detail or {}),
        idempotency_key=request.idempotency_key,
        answers_id=answers,
    )
    session.add(decision)
    session.flush()
    session.add_all(
        DecisionMember(
            decision_id=decision.id, source_record_id=record_id, version=version, part=(parts or {}).get(record_id, 0)
        )
        for record_id, version in seen.items()
    )
    session.flush()
    return decision


def parts_of(session: Session, decision: Decision) -> list[list[int]]:
    """The records of a proposal in the parts that it makes of them."""
    statement = (
        select(DecisionMember.part, DecisionMember.source_record_id)
        .where(DecisionMember.decision_id == decision.id)
        .order_by(DecisionMember.part, DecisionMember.source_record_id)
    )
    parts: dict[int, list[int]] = {}
    for part, record_id in session.execute(statement):
        parts.setdefault(part, []).append(record_id)
    return list(parts.values())


def seen_by(session: Session, decision: Decision) -> dict[int, int]:
    """The records a decision speaks of -> the version looked at."""
    statement = (
        select(DecisionMember.source_record_id, DecisionMember.version)
        .where(DecisionMember.decision_id == decision.id)
        .order_by(DecisionMember.source_record_id)
    )
    return dict(session.execute(statement).all())


def answered(session: Session, decision: Decision) -> Decision:
    """The proposal that a validation, rejection or withdrawal speaks of."""
    return session.get_one(Decision, decision.answers_id)


def finish(
    session: Session,
    deed: Deed,
    sentence: str,
    *,
    regrouping: Regrouping = NOTHING_MOVED,
    answered: Decision | None = None,
) -> Outcome:
    """Write down what came of a decision, append it to the ledger, tell those concerned: the last step of every one."""
    decision = deed.decision
    decision.outcome_status = deed.item.status
    decision.outcome_sentence = sentence
    decision.outcome_student = regrouping.student_id
    session.flush()
    payload = {
        "decision": decision.id,
        "verdict": decision.verdict,
        "item": deed.item.id,
        "item_version": decision.item_version,
        "status": deed.item.status,
        "reason": decision.reason,
        **({"blind": True, "answer": decision.detail["answer"]} if decision.detail.get("blind") else {}),
        "answers": answered.id if answered and answered is not decision else None,
        "parts": parts_of(session, decision),
        "student": regrouping.student_id,
        "moves": [[move.record_id, move.came_from, move.went_to] for move in regrouping.moves],
    }
    ledger.append(
        session,
        EventKind.DECISION_MADE,
        actor_id=decision.actor_id,
        at=decision.at,
        payload=payload,
        through=door_of(deed.account),
    )
    telling.tell_of(session, deed.item, decision, regrouping, answered)
    return _outcome(decision)


def _outcome(decision: Decision) -> Outcome:
    return Outcome(
        item_id=decision.item_id,
        status=Status(decision.outcome_status),
        sentence=decision.outcome_sentence,
        student_id=decision.outcome_student,
        decision_id=decision.id,
    )
