"""Invariants of what has been decided: statements in force, retired IDs, what waits and for whom, and the ledger against it all."""

import json
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from linkage.identity.constraints import OVERRULED, UNDONE, standing_statement
from linkage.identity.ledger import EventKind
from linkage.identity.regrouping import in_force
from linkage.identity.views import Door, Status, Verdict
from linkage.store.models import (
    AccountRow,
    Decision,
    ItemConcern,
    ItemPlace,
    LedgerEvent,
    Membership,
    PairConstraint,
    SourceRecord,
    Student,
    WorklistItem,
)

BATCH = 1000


def statements(session: Session) -> Iterator[str]:
    """Of all that stands about a pair the latest statement counts, and no other."""
    rows = select(PairConstraint).order_by(PairConstraint.record_a, PairConstraint.record_b, PairConstraint.id)
    found = session.scalars(rows.execution_options(yield_per=BATCH))
    for pair, about in groupby(found, lambda row: (row.record_a, row.record_b)):
        said = list(about)
        latest = in_force(standing_statement(row) for row in said if row.ended_because != UNDONE).get(pair)
        for row in said:
            counts = (
                latest is not None and latest.decision_id == row.decision_id and row.ended_because in ("", OVERRULED)
            )
            if row.active != counts or (row.active and row.ended_because) or (not row.active and not row.ended_because):
                yield f"Decision {row.decision_id}: what it says of records {pair[0]} and {pair[1]} {'does not count' if counts else 'counts'}."
    undone = exists().where(Decision.id == PairConstraint.decision_id, Decision.undone_by.is_not(None))
    wrong = select(PairConstraint.decision_id).distinct().where(~undone, PairConstraint.ended_because == UNDONE)
    for decision_id in session.scalars(wrong):
        yield f"Decision {decision_id}: stands, but what it says ended as if it were undone."


def retired_ids(session: Session) -> Iterator[str]:
    """A student ID without records leads straight to the student of the record that it was made for."""
    first = select(func.min(Membership.id)).where(Membership.student_id == Student.id).scalar_subquery()
    made_for, now = aliased(Membership), aliased(Membership)
    statement = (
        select(Student.id, Student.redirect_to, now.student_id)
        .select_from(Student)
        .join(made_for, made_for.id == first)
        .join(now, (now.source_record_id == made_for.source_record_id) & now.valid_to.is_(None))
        .where(Student.redirect_to.is_not(None), Student.redirect_to != now.student_id)
    )
    for student, leads, should in session.execute(statement.order_by(Student.id)):
        yield f"Student {student}: leads to {leads}; the record it was made for belongs to {should}."


def waiting(session: Session) -> Iterator[str]:
    """What waits rests on a proposal of its own that nobody has answered; what is claimed, on a claim of that person."""
    proposal = aliased(Decision)
    proposing = [str(one) for one in (Verdict.SAME, Verdict.REGROUP, Verdict.SETTLE_DATE)]
    unfit = or_(
        proposal.item_id != WorklistItem.id,
        proposal.verdict.not_in(proposing),
        proposal.applied_at.is_not(None),
        proposal.undone_by.is_not(None),
        and_(WorklistItem.proposer_id.is_not(None), proposal.actor_id.is_distinct_from(WorklistItem.proposer_id)),
    )
    statement = select(WorklistItem.id).join(proposal, proposal.id == WorklistItem.waiting_decision_id).where(unfit)
    yield from _each(session, statement, "Item {0}: waits for a proposal that is not its own, or is settled already.")
    claim = exists().where(
        Decision.item_id == WorklistItem.id,
        Decision.verdict == str(Verdict.CLAIM),
        Decision.actor_id == WorklistItem.claimed_by,
    )
    statement = select(WorklistItem.id).where(WorklistItem.status == str(Status.CLAIMED), ~claim)
    yield from _each(session, statement, "Item {0}: is claimed by somebody who never claimed it.")
    ahead = exists().where(Decision.item_id == WorklistItem.id, Decision.item_version >= WorklistItem.version)
    yield from _each(
        session, select(WorklistItem.id).where(ahead), "Item {0}: was decided in a version it has not had yet."
    )


def places(session: Session) -> Iterator[str]:
    """An item stands in one place in each State that it concerns, and in no other; it is handed to people of that State."""
    stands = set(session.execute(select(ItemPlace.item_id, ItemPlace.state)).all())
    concerned = set(session.execute(select(ItemConcern.item_id, ItemConcern.state).distinct()).all())
    for item_id, state in sorted(concerned - stands):
        yield f"Item {item_id}: has a record of {state}, but no place there."
    for item_id, state in sorted(stands - concerned):
        yield f"Item {item_id}: stands in {state}, which has no record of it."
    foreign = select(ItemPlace.item_id).join(AccountRow, AccountRow.id == ItemPlace.assignee_id)
    yield from _each(
        session, foreign.where(AccountRow.state != ItemPlace.state), "Item {0}: is handed to somebody of another State."
    )


def told(session: Session) -> Iterator[str]:
    """Each decision is what its event says; and the records are where the moves in the ledger have led them, from their first day on."""
    place = dict(session.execute(select(SourceRecord.id, SourceRecord.home_student_id)).all())
    statement = select(LedgerEvent).where(LedgerEvent.kind == str(EventKind.DECISION_MADE)).order_by(LedgerEvent.seq)
    for event in session.scalars(statement.execution_options(yield_per=BATCH)):
        said = json.loads(event.payload)
        decision = session.get(Decision, said["decision"])
        if decision is not None and not _tells_of(event, said, decision):
            yield f"Decision {decision.id}: is not what event {event.seq} of the ledger says."
        for record, came_from, went_to in said.get("moves", ()):
            if place.get(record) != came_from:
                yield f"Event {event.seq}: moves record {record} from a student where it was not."
            place[record] = went_to
    current = select(Membership.source_record_id, Membership.student_id).where(Membership.valid_to.is_(None))
    for record, student in session.execute(current.order_by(Membership.source_record_id)):
        if place.get(record) != student:
            yield f"Record {record}: no event of the ledger has moved it to student {student}."


def _tells_of(event: LedgerEvent, said: dict[str, object], decision: Decision) -> bool:
    wanted = {
        "verdict": decision.verdict,
        "item": decision.item_id,
        "item_version": decision.item_version,
        "status": decision.outcome_status,
        "reason": decision.reason,
        "student": decision.outcome_student,
    }
    same = all(said.get(name) == value for name, value in wanted.items())
    if "through" in said:  # older events do not say it
        same = same and (said["through"] == Door.SERVICE) is (event.actor_id is None)
    return same and (event.actor_id, event.at) == (decision.actor_id, decision.at)


def _each(session: Session, statement: Select[int], problem: str) -> Iterator[str]:
    for row in session.scalars(statement):
        yield problem.format(row)
