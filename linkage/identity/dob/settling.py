"""Settling a birth date: which one, resting on which evidence, and which State corrects its own record. We never edit a record.

The item then waits for the corrected version; when it has come the service applies the decision, and the near match can go on.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import handling, recording
from linkage.identity.context import state_name
from linkage.identity.dob import cases, evidence, steps
from linkage.identity.dob.evidence import Claim
from linkage.identity.dob.sides import Side
from linkage.identity.dob.steps import Standing
from linkage.identity.recording import Deed
from linkage.identity.views import Outcome, Status, Verdict
from linkage.store.models import Decision, WorklistItem


def _settle(session: Session, deed: Deed) -> Outcome:
    where = steps.standing(session, deed.item)
    chosen = _chosen(where, deed.request.evidence_id)
    _refuse_unless_overridden(deed, where, chosen)
    owed = to_correct(where.sides, chosen.birth_date)
    said = {"evidence": chosen.evidence_id, "corrects": [side.record_id for side in owed]}
    deed.decision.detail = said
    where.case.agreed_date, where.case.evidence_id = chosen.birth_date, chosen.evidence_id
    where.case.decision_id = deed.decision.id
    cases.tell_ledger(session, deed.item, "settled", by=deed.account, at=deed.at, more=said)
    if not owed:
        deed.decision.applied_at = deed.at
        deed.item.status = str(Status.APPLIED)
        return recording.finish(session, deed, _agreed(where.case.near_match_id))
    return _ask_to_correct(session, deed, owed)


def _ask_to_correct(session: Session, deed: Deed, owed: Sequence[Side]) -> Outcome:
    """The States whose records differ are asked to correct them and to send them again."""
    states = sorted({side.state for side in owed})
    own = deed.account is not None and states == [deed.account.state]
    deed.item.status = str(Status.WAITING_INFORMATION)
    deed.item.information_from = "own_state" if own else "other_state"
    deed.item.information_due = handling.wanted_by(session, deed)
    records = ", ".join(str(side.record_id) for side in owed)
    sentence = (
        f"Settled by evidence {deed.decision.detail['evidence']}. {' and '.join(map(state_name, states))} must correct record "
        f"{records} and send it again; then the near match can be decided."
    )
    return recording.finish(session, deed, sentence)


def _apply(session: Session, deed: Deed) -> Outcome:
    """The service: the corrected version has arrived."""
    case = cases.case_of(session, deed.item)
    settled = session.get(Decision, case.decision_id) if case.decision_id else None
    where = steps.standing(session, deed.item)
    if settled is None or not is_corrected(where.sides, case.agreed_date, settled.detail["corrects"]):
        raise StateChangeError("The corrected record has not arrived yet.")
    deed.decision.answers_id, settled.applied_at = settled.id, deed.at
    deed.item.status = str(Status.APPLIED)
    deed.item.information_from, deed.item.information_due = "", None
    return recording.finish(session, deed, _agreed(case.near_match_id), answered=settled)


def _reopen(session: Session, deed: Deed) -> Outcome:
    """Information has come, or the settled date is in doubt before the correction arrived: then it no longer counts."""
    case = cases.case_of(session, deed.item)
    if case.decision_id is not None:
        session.get_one(Decision, case.decision_id).undone_by = deed.decision.id
    forget(session, deed.item)
    return handling.EFFECTS[Verdict.REOPEN](session, deed)


def _withdraw(session: Session, deed: Deed) -> Outcome:
    """Whoever opened the item takes it back: the birth date need not be settled."""
    deed.item.status = str(Status.WITHDRAWN)
    return recording.finish(session, deed, "Withdrawn. The near match no longer waits for the birth date.")


def forget(session: Session, item: WorklistItem) -> None:
    """The settled date no longer counts."""
    case = cases.case_of(session, item)
    case.agreed_date, case.evidence_id, case.decision_id = "", None, None


def to_correct(sides: Sequence[Side], agreed: str) -> list[Side]:
    """The records that say another date. One that says none contradicts nothing."""
    return [side for side in sides if side.birth_date and side.birth_date != agreed]


def is_corrected(sides: Sequence[Side], agreed: str, owed: Sequence[int]) -> bool:
    """Whether every record that was to be corrected says the agreed date, and no other one says another."""
    said = {side.record_id: side.birth_date for side in sides}
    return not to_correct(sides, agreed) and all(said[record] == agreed for record in owed)


def _agreed(near_match_id: int) -> str:
    return f"The records say the settled birth date. Near match {near_match_id} can be decided now."


def _chosen(where: Standing, evidence_id: int | None) -> Claim:
    if evidence_id is None:
        raise StateChangeError("A birth date rests on evidence.", "Enter the document, then say which one counts.")
    for claim in where.claims:
        if claim.evidence_id == evidence_id:
            return claim
    raise UnknownIdError(f"This item has no evidence {evidence_id}.", "It may be withdrawn; look at the item again.")


def objection(where: Standing, chosen: Claim) -> tuple[str, str]:
    """Why a date resting on this needs a reason and a note, and what else one can do; ("", "") if nothing speaks against it."""
    remedy = "Choose a reason and say in the note why this date is right all the same."
    against = evidence.contradicting(where.claims, chosen)
    if against:
        worst = against[0]
        source = f"evidence {worst.evidence_id}" if worst.evidence_id else f"record {worst.record_id} as it was sent"
        better = "better" if worst.rank < chosen.rank else "as good"
        return f"There is another date on a document that is {better}: {source}.", remedy
    if where.progress.then == "stop":
        return (
            "A step says that these are two children.",
            "Say “different children” on the near match, or give a reason.",
        )
    if where.progress.step is not None:
        title = where.progress.step.title
        return f"A step is still to be done: {title[0].lower()}{title[1:]}.", remedy
    return "", ""


def _refuse_unless_overridden(deed: Deed, where: Standing, chosen: Claim) -> None:
    """With a reason and a note one may settle against evidence of the same or a better rank, or before the last step."""
    what, remedy = objection(where, chosen)
    if what and not (deed.request.reason and deed.request.note.strip()):
        raise StateChangeError(what, remedy)


EFFECTS: Mapping[Verdict, Callable[[Session, Deed], Outcome]] = {
    Verdict.SETTLE_DATE: _settle,
    Verdict.APPLY: _apply,
    Verdict.REOPEN: _reopen,
    Verdict.WITHDRAW: _withdraw,
}
