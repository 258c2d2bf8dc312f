"""All IDs of a child, and when which record joined or left, by which decision."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from linkage.identity import history
from linkage.identity.student.views import IdView, StayView
from linkage.identity.views import DecisionView, RecordView
from linkage.store.models import Membership, SourceRecord, Student


def leading_to(session: Session, survivors: Iterable[str]) -> dict[str, list[Student]]:
    """Each student, and every one whose ID leads to it, also over several steps; the student first, then by ID. One query."""
    found: dict[str, list[Student]] = {one: [] for one in survivors}
    themselves = select(Student.id.label("survivor"), Student.id).where(Student.id.in_(list(found)))
    reached = themselves.cte(recursive=True)
    reached = reached.union(select(reached.c.survivor, Student.id).join(reached, Student.redirect_to == reached.c.id))
    statement = select(reached.c.survivor, Student).join(Student, Student.id == reached.c.id).order_by(Student.id)
    for survivor, student in session.execute(statement.execution_options(populate_existing=True)):
        found[survivor].append(student)
    return {one: sorted(students, key=lambda student: student.id != one) for one, students in found.items()}


def ids_of(students: Sequence[Student], records: Sequence[RecordView], stays: Sequence[StayView]) -> tuple[IdView, ...]:
    """The current ID, the retired ones, then the State IDs. `students`: as `leading_to` gives them."""
    own = [
        IdView("retired" if number else "current", student.id, "", student.created)
        for number, student in enumerate(students)
    ]
    since = {stay.record_id: stay.joined for stay in reversed(stays)}
    state_ids = [
        IdView("state_id", record.state_student_id, record.state, since[record.record_id])
        for record in sorted(records, key=lambda one: (one.state, one.state_student_id))
    ]
    return (*own, *state_ids)


def stays_of(session: Session, record_ids: Sequence[int], students: Sequence[str]) -> tuple[StayView, ...]:
    """Every stay of these records anywhere, and of any record with one of these students; oldest first."""
    statement = (
        select(Membership, SourceRecord)
        .join(SourceRecord, SourceRecord.id == Membership.source_record_id)
        .where(or_(Membership.source_record_id.in_(record_ids), Membership.student_id.in_(students)))
        .order_by(Membership.id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(statement).all()
    by = {decision for stay, _ in rows for decision in (stay.opened_by, stay.closed_by) if decision}
    made = {view.decision_id: view for view in history.decisions_by_id(session, by)}
    return tuple(
        StayView(
            record_id=str(record.id),
            state=record.state,
            state_student_id=record.state_student_id,
            student_id=stay.student_id,
            joined=stay.valid_from,
            joined_by=_in_words(made, stay.opened_by),
            left=stay.valid_to,
            left_by=_in_words(made, stay.closed_by),
        )
        for stay, record in rows
    )


def _in_words(made: Mapping[int, DecisionView], decision_id: int | None) -> str:
    if decision_id is None:
        return ""
    view = made[decision_id]
    said = f"{view.actor} {history.words(view.verdict)}."
    return f"Decision {decision_id}. {said}"
