"""Which record belongs to which student: read for `regrouping`, and written as it says.

No record is touched: only to whom it belongs. An ID once given is never deleted; an ID without records leads to the student of
the record it was made for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from linkage.identity.ids import IdFactory
from linkage.identity.regrouping import Known, Plan, redirects
from linkage.store.chunks import chunks
from linkage.store.database import read_once
from linkage.store.models import Decision, Membership, Student


@dataclass(frozen=True, slots=True)
class Move:
    """A record went from one student to another."""

    record_id: int
    came_from: str
    went_to: str


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a decision or its undo changed: the student to look at, and every record that moved."""

    student_id: str
    moves: tuple[Move, ...]


NOTHING_MOVED = Regrouping("", ())


def students_of(session: Session, record_ids: Iterable[int]) -> dict[int, str]:
    """Record id -> the student it belongs to now."""
    return _now(session, Membership.source_record_id, tuple(sorted(set(record_ids))))


def everybody(session: Session) -> dict[int, str]:
    """Every record id -> the student it belongs to now."""
    statement = select(Membership.source_record_id, Membership.student_id).where(Membership.valid_to.is_(None))
    return dict(session.execute(statement).all())


def records_of(session: Session, students: Iterable[str]) -> dict[int, str]:
    """Every record that belongs to one of these students now -> that student."""
    return _now(session, Membership.student_id, tuple(sorted(set(students))))


def _now(session: Session, column: InstrumentedAttribute[Any], among: tuple[int | str, ...]) -> dict[int, str]:
    statement = select(Membership.source_record_id, Membership.student_id).where(
        column.in_(among), Membership.valid_to.is_(None)
    )
    return dict(read_once(session, ("memberships", column.key, among), lambda: session.execute(statement).all()))


def known_about(session: Session, record_ids: Iterable[int]) -> Known:
    """All records of the students of these records, and every ID that one of them has ever had."""
    students = records_of(session, students_of(session, record_ids).values())
    return read_once(session, ("known_about", *sorted(students)), lambda: _known_about(session, students))


def _known_about(session: Session, students: Mapping[int, str]) -> Known:
    """`students`: every record of some students -> its student."""
    had = select(Membership.student_id).where(Membership.source_record_id.in_(sorted(students)))
    # A student's first membership is that of the record for which its ID was made.
    first = select(func.min(Membership.id)).where(Membership.student_id.in_(had)).group_by(Membership.student_id)
    statement = (
        select(Student.id, Student.created, Membership.source_record_id)
        .join(Membership, Membership.student_id == Student.id)
        .where(Membership.id.in_(first))
    )
    rows = session.execute(statement).all()
    elsewhere = select(Membership.student_id).where(
        Membership.student_id.in_([student for student, _, _ in rows]),
        Membership.valid_to.is_(None),
        Membership.source_record_id.not_in(sorted(students)),
    )
    return Known(
        students=students,
        anchors={student: record for student, _, record in rows},
        created={student: created for student, created, _ in rows},
        taken=frozenset(session.scalars(elsewhere)),
    )


def before(session: Session, decision: Decision) -> dict[int, str]:
    """Record -> the student that `decision` moved it from, of those that are still where it put them."""
    stayed = select(Membership.source_record_id).where(
        Membership.opened_by == decision.id, Membership.valid_to.is_(None)
    )
    statement = select(Membership.source_record_id, Membership.student_id).where(
        Membership.closed_by == decision.id, Membership.source_record_id.in_(stayed)
    )
    return dict(session.execute(statement).all())


def carry_out(session: Session, known: Known, plan: Plan, decision: Decision, now: datetime) -> tuple[Move, ...]:
    """Make the students what the plan says, by authority of `decision`."""
    plan = _with_new_ids(session, plan, now)
    target = {record: group.student_id for group in plan.groups for record in group.records}
    moves = [
        Move(record, known.students[record], student)
        for record, student in sorted(target.items())
        if known.students[record] != student
    ]
    leads = redirects(known, plan)
    # Retired IDs before new memberships: an ID that is given back leads nowhere.
    _lead(session, dict.fromkeys(target.values()))
    _move(session, moves, decision, now)
    _lead(session, leads)
    return tuple(moves)


def fresh_ids(session: Session, ids: IdFactory, wanted: int) -> list[str]:
    """IDs that nobody has or ever had, each once."""
    found: dict[str, None] = {}
    while len(found) < wanted:
        drawn = list(dict.fromkeys(ids.student_id() for _ in range(wanted - len(found))))
        for some in chunks(drawn):
            taken = set(session.scalars(select(Student.id).where(Student.id.in_(some))))
            found |= dict.fromkeys(one for one in some if one not in taken)
    return list(found)


def _with_new_ids(session: Session, plan: Plan, now: datetime) -> Plan:
    without = [group for group in plan.groups if not group.student_id]
    fresh = iter(fresh_ids(session, IdFactory(), len(without)))
    groups = tuple(group if group.student_id else replace(group, student_id=next(fresh)) for group in plan.groups)
    known = {group.student_id for group in plan.groups}
    session.add_all(Student(id=group.student_id, created=now) for group in groups if group.student_id not in known)
    session.flush()
    return replace(plan, groups=groups)


def _move(session: Session, moves: Sequence[Move], decision: Decision, now: datetime) -> None:
    """Close the memberships of the records that move, and open new ones."""
    leaving = Membership.source_record_id.in_([move.record_id for move in moves]) & Membership.valid_to.is_(None)
    session.execute(update(Membership).where(leaving).values(valid_to=now, closed_by=decision.id))
    session.add_all(
        Membership(source_record_id=move.record_id, student_id=move.went_to, valid_from=now, opened_by=decision.id)
        for move in moves
    )
    session.flush()


def _lead(session: Session, leads: Mapping[str, str | None]) -> None:
    """Let IDs lead to other students; None: they stand for themselves."""
    for student, target in leads.items():
        changed = Student.redirect_to.is_distinct_from(target)
        session.execute(update(Student).where(Student.id == student, changed).values(redirect_to=target))
