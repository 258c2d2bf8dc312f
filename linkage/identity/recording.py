"""What every decision has in common: claim the version, keep the row, say what came of it, append to the ledger.

One decision wins: whoever finds another version than the one looked at gets a ConflictError that says who was faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linkage.errors import ConflictError, StateChangeError
from linkage.identity import history, ledger
from linkage.identity.ledger import EventKind
from linkage.identity.merging import Regrouping
from linkage.identity.views import Account, Outcome, Status, Verdict
from linkage.store.models import Decision, DecisionMember, WorklistItem

NOTHING_MOVED = Regrouping("", ())


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody asks for: the verdict on an item, its note, the key that makes a repeated request harmless, when."""

    item_id: int
    verdict: Verdict
    note: str
    idempotency_key: str
    at: datetime


def answered_before(session: Session, account: Account, deed: Deed) -> Outcome | None:
    """The outcome of the same request sent before, or None. Raises StateChangeError if the key meant something else."""
    if not deed.idempotency_key:
        raise StateChangeError("A decision needs an idempotency key.", "Load the page again.")
    statement = select(Decision).where(Decision.idempotency_key == deed.idempotency_key)
    stored = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if stored is None:
        return None
    if (stored.item_id, stored.verdict, stored.actor_id) != (deed.item_id, str(deed.verdict), account.id):
        raise StateChangeError("This form has been used for another decision.", "Load the page again.")
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
        return f"This item changed {moment(item.changed)}: newer versions of its records have arrived."
    view = decisions[-1]
    return f"{view.actor} {history.words(view.verdict)} {moment(view.at)}."


def moment(at: datetime) -> str:
    return f"on {at:%Y-%m-%d at %H:%M} UTC"


def store(
    session: Session,
    account: Account,
    item: WorklistItem,
    deed: Deed,
    members: Mapping[int, int],
    *,
    answers: int | None = None,
) -> Decision:
    """Keep the decision on the version that was claimed; `members`: record id -> version looked at."""
    decision = Decision(
        item_id=item.id,
        item_version=item.version - 1,
        verdict=str(deed.verdict),
        actor_id=account.id,
        at=deed.at,
        note=deed.note,
        idempotency_key=deed.idempotency_key,
        answers_id=answers,
    )
    session.add(decision)
    session.flush()
    session.add_all(
        DecisionMember(decision_id=decision.id, source_record_id=record_id, version=version)
        for record_id, version in members.items()
    )
    session.flush()
    return decision


def seen_by(session: Session, decision: Decision) -> dict[int, int]:
    """The records a decision speaks of -> the version looked at."""
    statement = (
        select(DecisionMember.source_record_id, DecisionMember.version)
        .where(DecisionMember.decision_id == decision.id)
        .order_by(DecisionMember.source_record_id)
    )
    return dict(session.execute(statement).all())


def finish(
    session: Session,
    item: WorklistItem,
    decision: Decision,
    sentence: str,
    *,
    regrouping: Regrouping = NOTHING_MOVED,
    answered: Decision | None = None,
) -> Outcome:
    """Write down what came of a decision, and append it to the ledger: the last step of every one."""
    decision.outcome_status = item.status
    decision.outcome_sentence = sentence
    decision.outcome_student = regrouping.student_id
    session.flush()
    payload = {
        "decision": decision.id,
        "verdict": decision.verdict,
        "item": item.id,
        "item_version": decision.item_version,
        "status": item.status,
        "answers": answered.id if answered else None,
        "records": list(seen_by(session, decision)),
        "student": regrouping.student_id,
        "moves": [[move.record_id, move.came_from, move.went_to] for move in regrouping.moves],
    }
    ledger.append(session, EventKind.DECISION_MADE, actor_id=decision.actor_id, at=decision.at, payload=payload)
    return _outcome(decision)


def _outcome(decision: Decision) -> Outcome:
    return Outcome(
        item_id=decision.item_id,
        status=Status(decision.outcome_status),
        sentence=decision.outcome_sentence,
        student_id=decision.outcome_student,
        decision_id=decision.id,
    )
