"""What has been decided and what has happened, in words, oldest first."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from linkage.identity.context import column_title, policy, state_name
from linkage.identity.record_views import values_of
from linkage.identity.views import Account, DecisionView, EventView, Status, Verdict
from linkage.store.models import AccountRow, Decision, DecisionMember, SourceRecord, SourceRecordVersion, WorklistItem

SERVICE = "Near Match"  # who acts where no person does

_DONE = {
    Verdict.SAME: "said “same child”",
    Verdict.DIFFERENT: "said “different children”",
    Verdict.TWINS: "said “twins or siblings”",
    Verdict.NEED_INFORMATION: "asked for more information",
    Verdict.VALIDATE: "validated it",
    Verdict.REJECT: "rejected it",
    Verdict.WITHDRAW: "withdrew it",
    Verdict.REOPEN: "reopened the item",
    Verdict.UNDO: "took the decision back",
    Verdict.REGROUP: "said which records are which child",
    Verdict.SETTLE_DATE: "said which birth date is right",
    Verdict.CLAIM: "took the item",
    Verdict.RELEASE: "gave the item back",
    Verdict.REASSIGN: "handed the item on",
    Verdict.ESCALATE: "passed the item up",
    Verdict.APPLY: "applied the decision",
}


def words(verdict: Verdict) -> str:
    """What a person did, for a sentence that begins with the person: said “same child”."""
    return _DONE[verdict]


def decisions_of(session: Session, item_id: int) -> tuple[DecisionView, ...]:
    """All decisions of one item, oldest first."""
    return _views(session, _with_actor().where(Decision.item_id == item_id))


def decisions_by_id(session: Session, decision_ids: Iterable[int]) -> tuple[DecisionView, ...]:
    """The decisions with these ids, oldest first."""
    return _views(session, _with_actor().where(Decision.id.in_(list(decision_ids))))


def decisions_about(session: Session, account: Account, record_ids: Sequence[int]) -> tuple[DecisionView, ...]:
    """All decisions that speak of one of these records, oldest first, as far as this person may see them now."""
    return _views(session, _about(session, account, record_ids))


def events_of(session: Session, account: Account, record_ids: Sequence[int]) -> tuple[EventView, ...]:
    """Everything that happened to these records: what arrived and what was decided, as far as this person may see it now."""
    events = [*_arrivals(session, record_ids), *_decided(session, account, record_ids)]
    return tuple(sorted(events, key=lambda event: event.at))


def changed_columns(before: SourceRecordVersion, after: SourceRecordVersion) -> list[str]:
    """Titles of the elements in which two versions of a record differ."""
    old, new = values_of(before), values_of(after)
    return [column_title(column) for column in old if old[column] != new[column]]


def _with_actor() -> Select[Decision, str]:
    name = func.coalesce(AccountRow.display_name, SERVICE)
    statement = select(Decision, name).outerjoin(AccountRow, AccountRow.id == Decision.actor_id)
    return statement.order_by(Decision.id)


def _views(session: Session, statement: Select[Decision, str]) -> tuple[DecisionView, ...]:
    return tuple(
        DecisionView(
            decision_id=decision.id,
            item_id=decision.item_id,
            verdict=Verdict(decision.verdict),
            actor=actor,
            actor_id=decision.actor_id,
            at=decision.at,
            note=decision.note,
            undone=decision.undone_by is not None,
            reason=policy(session).decisions.reason(decision.reason) or decision.reason,
            answer=Verdict(decision.detail["answer"]) if decision.detail.get("blind") else None,
        )
        for decision, actor in session.execute(statement.execution_options(populate_existing=True))
    )


def _arrivals(session: Session, record_ids: Sequence[int]) -> list[EventView]:
    statement = (
        select(SourceRecord, SourceRecordVersion)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .where(SourceRecord.id.in_(record_ids))
        .order_by(SourceRecord.id, SourceRecordVersion.number)
    )
    events: list[EventView] = []
    before: SourceRecordVersion | None = None
    for record, version in session.execute(statement):
        if before is None or before.source_record_id != record.id:
            sentence = f"Record {record.state_student_id} arrived."
        else:
            changed = ", ".join(changed_columns(before, version)) or "moves or enrollments"
            sentence = f"Record {record.state_student_id} changed (version {version.number}): {changed}."
        events.append(EventView(version.created, state_name(record.state), sentence))
        before = version
    return events


def _about(session: Session, account: Account, record_ids: Sequence[int]) -> Select[Decision, str]:
    """What waits for a blind second look is seen by its proposer only, until it is answered."""
    about = select(DecisionMember.decision_id).where(DecisionMember.source_record_id.in_(record_ids))
    statement = _with_actor().where(Decision.id.in_(about))
    if policy(session).decisions.second_look == "open":
        return statement
    waits = exists().where(
        WorklistItem.waiting_decision_id == Decision.id,
        WorklistItem.status == str(Status.WAITING_VALIDATION),
        WorklistItem.proposer_id != account.id,
    )
    return statement.where(~waits)


def _decided(session: Session, account: Account, record_ids: Sequence[int]) -> list[EventView]:
    statement = _about(session, account, record_ids)
    return [
        EventView(decision.at, actor, f"{actor} {_DONE[Verdict(decision.verdict)]}. {decision.outcome_sentence}")
        for decision, actor in session.execute(statement)
    ]
