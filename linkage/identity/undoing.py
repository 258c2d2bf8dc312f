"""Taking a decision back, at any later time: what it said no longer counts, and everything else still does.

After a merge is undone the student falls into the groups that the remaining merges connect. The group with the record for which
the surviving ID was made keeps it; every other group gets back an ID of its own. So records that came later stay with the
record they were merged with, and an undo at once restores exactly what was before.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import constraints, history, merging, recording, states
from linkage.identity.constraints import MUST_LINK
from linkage.identity.merging import Move, Regrouping
from linkage.identity.recording import Deed
from linkage.identity.scope import in_scope, item_in_scope, renew_waiting
from linkage.identity.views import Account, Outcome, Status, Verdict
from linkage.identity.worklist import situation_of
from linkage.store.database import lock_identity
from linkage.store.models import Decision, SourceRecord, Student, WorklistItem


def undo(
    session: Session, account: Account, decision_id: int, *, note: str, idempotency_key: str, now: datetime
) -> Outcome:
    """Take an applied decision back and open its item again. The id of the validation that applied it does as well.

    Raises UnknownIdError (no such decision in this person's scope), NotAllowedError, ConflictError (already undone),
    StateChangeError (nothing of it was applied).
    """
    lock_identity(session)
    decision = _applied_decision(session, account, decision_id)
    deed = Deed(decision.item_id, Verdict.UNDO, note.strip(), idempotency_key, now)
    before = recording.answered_before(session, account, deed)
    if before:
        return before
    item = item_in_scope(session, account, decision.item_id)
    if decision.undone_by is not None:
        raise ConflictError(_who_undid(session, decision.undone_by), "Look at the item again.")
    if decision.applied_at is None:
        raise StateChangeError(
            f"Decision {decision.id} changed nothing that could be taken back.", "Open the near match again."
        )
    reason = states.refusal(situation_of(item), Verdict.UNDO, account)
    if reason:
        raise NotAllowedError(reason)
    recording.claim(session, item, item.version, now)
    undoing = recording.store(session, account, item, deed, recording.seen_by(session, decision), answers=decision.id)
    decision.undone_by = undoing.id
    constraints.end(session, decision.id, now)
    return _take_back(session, item, decision, undoing)


def _take_back(session: Session, item: WorklistItem, decision: Decision, undoing: Decision) -> Outcome:
    if decision.verdict == str(Verdict.SAME):
        regrouping = _fall_apart(session, decision, undoing)
        sentence = _merge_sentence(regrouping)
    else:
        regrouping = Regrouping("", ())
        sentence = "The decision no longer counts."
    if _stands_again(session, item):
        sentence += " Another item about the same records is in the worklist."
        item.status = str(Status.SUPERSEDED)
    else:
        sentence += " The item is open again."
        item.status = str(Status.OPEN)
    return recording.finish(session, item, undoing, sentence, regrouping=regrouping, answered=decision)


def _merge_sentence(regrouping: Regrouping) -> str:
    if not regrouping.moves:
        return "The merge is undone; other merges still hold these records together."
    back = sorted({move.went_to for move in regrouping.moves})
    return f"The merge is undone: {' and '.join(back)} {'has its' if len(back) == 1 else 'have their'} records back."


def _fall_apart(session: Session, decision: Decision, undoing: Decision) -> Regrouping:
    members = recording.seen_by(session, decision)
    student_id = next(iter(merging.students_of(session, list(members)[:1]).values()))
    records = merging.records_of(session, [student_id])
    links = [(link.record_a, link.record_b) for link in constraints.active(session, [MUST_LINK], records)]
    homes = _homes(session, records)
    moves: list[Move] = []
    for group in constraints.components(records, links):
        survivor = _own_student(session, {homes[record] for record in group}, student_id, decision, undoing)
        if survivor != student_id:
            leaving = dict.fromkeys(group, student_id)
            moves += merging.move(session, leaving, survivor, decision=undoing, now=undoing.at)
    renew_waiting(session, [student_id, *(one.went_to for one in moves)])
    return Regrouping(student_id, tuple(moves))


def _own_student(session: Session, homes: set[str], present: str, undone: Decision, undoing: Decision) -> str:
    """Choose the ID of a group among the students made for its records, and let the other ones redirect to it."""
    statement = select(Student).where(Student.id.in_(sorted(homes))).execution_options(populate_existing=True)
    # Students that redirect inside the group stay as they are: they were merged by decisions that still count.
    outward = [student for student in session.scalars(statement) if student.redirect_to not in homes]
    outward.sort(key=lambda one: (one.id != present, one.redirect_decision_id != undone.id, one.created, one.id))
    survivor, *others = outward
    survivor.redirect_to = survivor.redirect_decision_id = None
    for student in others:
        student.redirect_to, student.redirect_decision_id = survivor.id, undoing.id
    session.flush()
    return survivor.id


def _homes(session: Session, records: dict[int, str]) -> dict[int, str]:
    statement = select(SourceRecord.id, SourceRecord.home_student_id).where(SourceRecord.id.in_(sorted(records)))
    return dict(session.execute(statement).all())


def _stands_again(session: Session, item: WorklistItem) -> bool:
    """Whether another item with the same key waits already: a scan opened it after an identity field changed."""
    same = select(WorklistItem.id).where(WorklistItem.key == item.key, WorklistItem.id != item.id)
    return bool(session.scalar(select(exists(same.where(WorklistItem.status.in_(states.UNFINISHED))))))


def _applied_decision(session: Session, account: Account, decision_id: int) -> Decision:
    """The decision; for a validation, the proposal that it applied. One of other people looks like none."""
    statement = select(Decision).join(WorklistItem, WorklistItem.id == Decision.item_id)
    statement = statement.where(Decision.id == decision_id, in_scope(account))
    decision = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if decision is not None and decision.verdict == str(Verdict.VALIDATE) and decision.answers_id is not None:
        decision = session.get(Decision, decision.answers_id, populate_existing=True)
    if decision is None:
        raise UnknownIdError(f"There is no decision {decision_id}.", "It may belong to another State.")
    return decision


def _who_undid(session: Session, decision_id: int) -> str:
    (view,) = history.decisions_by_id(session, [decision_id])
    return f"{view.actor} {history.words(view.verdict)} {recording.moment(view.at)}."
