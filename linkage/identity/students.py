"""One student: the consolidated record, its IDs, what happened to it and what can be taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.identity import history, memberships
from linkage.identity.context import require
from linkage.identity.reveals import mask_of
from linkage.identity.scope import in_scope
from linkage.identity.student.consolidate import consolidated_record
from linkage.identity.student.identifiers import ids_of, leading_to, stays_of
from linkage.identity.student.views import ConsolidatedView
from linkage.identity.views import Account, DecisionView, Verdict
from linkage.store.models import Decision, DecisionMember, Student, WorklistItem


def consolidated(
    session: Session, account: Account, student_id: str, *, now: datetime | None = None
) -> ConsolidatedView:
    """One student, in a fixed number of queries; an ID that was merged away leads to the survivor. Raises UnknownIdError.

    A masked role sees dots; with `now`, also what the person has revealed.
    """
    require(account, "student:view")
    survivor = survivor_of(session, student_id)
    if survivor is None:
        raise UnknownIdError(f"There is no student {student_id}.", "Check the twelve digits, or search by name.")
    members = sorted(memberships.records_of(session, [survivor]))
    record = consolidated_record(session, members)
    students = leading_to(session, [survivor])[survivor]
    stays = stays_of(session, members, [student.id for student in students])
    view = ConsolidatedView(
        student_id=survivor,
        redirected_from=student_id if student_id != survivor else "",
        record=record,
        ids=ids_of(students, record.records, stays),
        stays=stays,
        decisions=history.decisions_about(session, account, members),
        history=history.events_of(session, account, members),
        undoable=_undoable(session, account, members),
    )
    return mask_of(session, account, members, now).student(view)


def survivor_of(session: Session, student_id: str) -> str | None:
    """The student that an ID leads to today; None if the ID was never given."""
    way = select(Student.id, Student.redirect_to).where(Student.id == student_id).cte(recursive=True)
    way = way.union(select(Student.id, Student.redirect_to).join(way, Student.id == way.c.redirect_to))
    return session.scalar(select(way.c.id).where(way.c.redirect_to.is_(None)))


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
