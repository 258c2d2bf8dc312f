"""Merging students. The students are at any time the groups that the merges in force connect; this makes the groups larger.

The master keeps its 12-digit ID; the others redirect to it and are found for ever. No record is touched: only to whom it
belongs. Taking a merge back is `undoing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from linkage.errors import ConflictError
from linkage.identity import constraints
from linkage.identity.constraints import MUST_LINK, REFUSALS
from linkage.store.models import Decision, Membership, Student


@dataclass(frozen=True, slots=True)
class Move:
    """A record went from one student to another."""

    record_id: int
    came_from: str
    went_to: str


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a merge or its undo changed: the student to look at, and every record that moved."""

    student_id: str
    moves: tuple[Move, ...]


def merge(session: Session, decision: Decision, record_ids: Sequence[int], now: datetime) -> Regrouping:
    """Make one student of the students of these records, by authority of `decision`.

    Raises ConflictError if an earlier decision says that two of the records concerned are different children.
    """
    students = set(students_of(session, record_ids).values())
    refuse_contradiction(session, students)
    constraints.add(session, decision, MUST_LINK, constraints.pairs_of(record_ids))
    master = default_master(session, students)
    others = sorted(students - {master})
    session.execute(
        update(Student).where(Student.id.in_(others)).values(redirect_to=master)
    )
    return Regrouping(master, move(session, records_of(session, others), master, decision=decision, now=now))


def default_master(session: Session, students: Iterable[str]) -> str:
    """Whose ID survives: the student with the most source records; among equals the oldest, then the smallest ID."""
    records = func.count(Membership.id)
    statement = (
        select(Student.id)
        .outerjoin(Membership, (Membership.student_id == Student.id) & Membership.valid_to.is_(None))
        .where(Student.id.in_(sorted(students)))
        .group_by(Student.id, Student.created)
        .order_by(records.desc(), Student.created, Student.id)
        .limit(1)
    )
    return session.scalars(statement).one()


def refuse_contradiction(session: Session, students: Iterable[str]) -> None:
    """Raises ConflictError if a "no" in force stands between two records of these students."""
    inside = set(records_of(session, students))
    for refusal in constraints.active(session, REFUSALS, inside):
        if {refusal.record_a, refusal.record_b} <= inside:
            said = "twins" if refusal.kind == constraints.TWINS else "different children"
            raise ConflictError(
                f"Decision {refusal.decision_id} says that records {refusal.record_a} and {refusal.record_b} are {said}; "
                "this merge would join them.",
                "Undo that decision first, or leave those records out.",
            )


def students_of(session: Session, record_ids: Iterable[int]) -> dict[int, str]:
    """Record id -> the student it belongs to now."""
    statement = select(Membership.source_record_id, Membership.student_id).where(
        Membership.source_record_id.in_(sorted(set(record_ids))), Membership.valid_to.is_(None)
    )
    return dict(session.execute(statement).all())


def records_of(session: Session, students: Iterable[str]) -> dict[int, str]:
    """Every record that belongs to one of these students now -> that student."""
    statement = select(Membership.source_record_id, Membership.student_id).where(
        Membership.student_id.in_(sorted(set(students))), Membership.valid_to.is_(None)
    )
    return dict(session.execute(statement).all())


def move(
    session: Session, records: dict[int, str], target: str, *, decision: Decision, now: datetime
) -> tuple[Move, ...]:
    """Close the memberships of `records` (record -> student it leaves) and open new ones in `target`."""
    statement = update(Membership).where(
        Membership.source_record_id.in_(sorted(records)), Membership.valid_to.is_(None)
    )
    session.execute(statement.values(valid_to=now, closed_by=decision.id))
    session.add_all(
        Membership(source_record_id=record_id, student_id=target, valid_from=now, opened_by=decision.id)
        for record_id in sorted(records)
    )
    session.flush()
    return tuple(Move(record_id, left, target) for record_id, left in sorted(records.items()))
