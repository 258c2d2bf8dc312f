"""The consolidated record of a student: one child, all source records, where each value is from, and what happened."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.identity import history, memberships
from linkage.identity.context import column_title, require
from linkage.identity.record_views import record_views
from linkage.identity.scope import in_scope
from linkage.identity.views import Account, ConsolidatedField, ConsolidatedView, DecisionView, RecordView, Verdict
from linkage.store.models import Decision, DecisionMember, Student, WorklistItem
from linkage.store.records import DEMOGRAPHICS


def consolidated(session: Session, account: Account, student_id: str) -> ConsolidatedView:
    """One student; an ID that was merged away leads to the survivor. Raises UnknownIdError."""
    require(account, "student:view")
    survivor = survivor_of(session, student_id)
    if survivor is None:
        raise UnknownIdError(f"There is no student {student_id}.", "Check the twelve digits, or search by name.")
    members = sorted(memberships.records_of(session, [survivor]))
    records = sorted(
        record_views(session, members).values(), key=lambda one: (one.received, one.record_id), reverse=True
    )
    return ConsolidatedView(
        student_id=survivor,
        redirected_from=student_id if student_id != survivor else "",
        retired_ids=_retired(session, survivor),
        fields=tuple(_field(column, records) for column in DEMOGRAPHICS),
        records=tuple(records),
        history=history.events_of(session, members),
        undoable=_undoable(session, account, members),
    )


def survivor_of(session: Session, student_id: str) -> str | None:
    """The student that an ID leads to today; None if the ID was never given."""
    student = session.get(Student, student_id, populate_existing=True)
    while student is not None and student.redirect_to is not None:
        student = session.get(Student, student.redirect_to, populate_existing=True)
    return student.id if student else None


def _retired(session: Session, survivor: str) -> tuple[str, ...]:
    """All IDs that lead here, also over several steps."""
    found: set[str] = set()
    front: Iterable[str] = [survivor]
    while front := session.scalars(select(Student.id).where(Student.redirect_to.in_(front))).all():
        found.update(front)
    return tuple(sorted(found))


def _field(column: str, records: Sequence[RecordView]) -> ConsolidatedField:
    """The value of the record that arrived last, of those that have one; `records`: latest first."""
    filled = [(record, record.values[column]) for record in records if record.values[column]]
    value = filled[0][1] if filled else ""
    return ConsolidatedField(
        column=column,
        title=column_title(column),
        value=value,
        source=_source(filled[0][0]) if filled else "",
        others=tuple((_source(record), other) for record, other in filled if other != value),
    )


def _source(record: RecordView) -> str:
    return f"{record.state}, received {record.received:%Y-%m-%d}"


def _undoable(session: Session, account: Account, members: Sequence[int]) -> tuple[DecisionView, ...]:
    """Merges in force about these records that are in this person's scope."""
    if not account.may("decision:undo"):
        return ()
    statement = select(Decision.id).where(
        Decision.verdict.in_([str(Verdict.SAME), str(Verdict.REGROUP)]),
        Decision.applied_at.is_not(None),
        Decision.undone_by.is_(None),
        Decision.item_id.in_(select(WorklistItem.id).where(in_scope(account))),
        Decision.id.in_(select(DecisionMember.decision_id).where(DecisionMember.source_record_id.in_(members))),
    )
    return history.decisions_by_id(session, session.scalars(statement).all())
