"""Proposals and what becomes of them: a second person, a day, or at once; validated, rejected, withdrawn; and the plain "no"."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity import (
    applying,
    blackouts,
    constraints,
    disagreements,
    memberships,
    recording,
    requests,
    scope,
    states,
)
from linkage.identity.context import policy
from linkage.identity.dob import cases
from linkage.identity.memberships import Regrouping
from linkage.identity.recording import Deed
from linkage.identity.regrouping import MUST_LINK, pairs_of
from linkage.identity.second_person import second_person
from linkage.identity.views import FLAGGED, Kind, Outcome, Status, Verdict
from linkage.identity.worklist import situation_of, waiting_for
from linkage.store.models import Decision, WorklistItem


def propose(session: Session, deed: Deed) -> Outcome:
    """Same, or regroup: waits for a second person, or for its day, or is applied at once."""
    parts = recording.parts_of(session, deed.decision)
    records = [record for part in parts for record in part]
    one_student = len(set(memberships.students_of(session, records).values())) == 1
    if len(parts) == 1 and one_student and deed.item.kind == Kind.SUGGESTED_SPLIT:
        return _keep(session, deed, records)
    keeps = requests.keeps(deed.decision, parts)
    applying.refuse_foreign_ids(session, keeps, records)
    applying.planned(
        session, parts, requests.between(deed.decision), keeps
    )  # what cannot be carried out is not proposed
    if deed.account is None:
        return _carry_out(session, deed, deed.decision)
    second = second_person(session, Kind(deed.item.kind), deed.account, records, deed.at)  # before the item changes
    if not second.needed:
        return _approve(session, deed, deed.decision)
    deed.item.status = str(Status.WAITING_VALIDATION)
    deed.item.proposer_id, deed.item.waiting_decision_id = deed.account.id, deed.decision.id
    deed.item.not_state = second.not_state
    situation = situation_of(deed.item, deed.at)
    whom = waiting_for(situation, scope.states_of_items(session, [deed.item.id])[deed.item.id])
    noun = "merge" if len(parts) == 1 else "split"
    return recording.finish(session, deed, f"Saved. The {noun} waits for {whom} to validate it, because {second.why}.")


def _keep(session: Session, deed: Deed, records: Sequence[int]) -> Outcome:
    """One student today, and one child: nothing moves, so nobody needs to validate it."""
    constraints.add(session, deed.decision, MUST_LINK, pairs_of(records))
    deed.decision.applied_at = deed.at
    deed.item.status = str(Status.APPLIED)
    return recording.finish(session, deed, "The records stay one student.")


def _validate(session: Session, deed: Deed) -> Outcome:
    return _approve(session, deed, recording.answered(session, deed.decision))


def _approve(session: Session, deed: Deed, proposal: Decision) -> Outcome:
    """Nobody else is needed: apply it, unless the day is one on which nothing changes."""
    states_concerned = scope.states_of_records(session, recording.seen_by(session, proposal))
    day = blackouts.applies_at(policy(session), states_concerned, deed.at)
    if day is None:
        return _carry_out(session, deed, proposal)
    deed.item.status, deed.item.applies_at = str(Status.APPROVED), day
    deed.item.waiting_decision_id = proposal.id
    return recording.finish(
        session, deed, f"Decided. It takes effect on {day:%Y-%m-%d}: until then nothing may change.", answered=proposal
    )


def _carry_out(session: Session, deed: Deed, proposal: Decision) -> Outcome:
    result = applying.apply(session, proposal, deed.at)
    _leave_waiting(deed.item, Status.APPLIED)
    divided = len(recording.parts_of(session, proposal)) > 1
    sentence = _divided(result) if divided else _merged(result)
    return recording.finish(session, deed, sentence, regrouping=result, answered=proposal)


def _merged(result: Regrouping) -> str:
    gone = sorted({move.came_from for move in result.moves})
    if not gone:
        return f"These records were one student already: {result.student_id}."
    if len(gone) == 1:
        return f"Merged. Student {result.student_id} remains; {gone[0]} leads there."
    return f"Merged. Student {result.student_id} remains; {_listed(gone)} lead there."


def _divided(result: Regrouping) -> str:
    students = sorted({result.student_id, *(one for move in result.moves for one in (move.came_from, move.went_to))})
    if not result.moves:
        return "Nothing had to move: these records are different students already."
    return f"Done. The records are now of {_listed(students)}."


def _listed(ids: Sequence[str]) -> str:
    return " and ".join(ids)


def _apply(session: Session, deed: Deed) -> Outcome:
    """The day of an approved decision has come."""
    return _carry_out(session, deed, recording.answered(session, deed.decision))


def _reject(session: Session, deed: Deed) -> Outcome:
    if deed.request.answer:
        return _disagreed(session, deed)
    return _dropped(session, deed, "The proposal is rejected.")


def _disagreed(session: Session, deed: Deed) -> Outcome:
    """The second person, who had not seen the proposal, said something else: a third one decides."""
    proposal = recording.answered(session, deed.decision)
    flagged = Kind(deed.item.kind) in FLAGGED
    _leave_waiting(deed.item, Status.REJECTED if flagged else Status.OPEN)
    said = f"The two answers differ: {_SAID[Verdict(proposal.verdict)]}, then {_SAID[deed.decision.detail['answer']]}."
    whose = (
        "The proposal is rejected."
        if flagged
        else disagreements.to_a_third(session, deed.item, deed.decision, proposal)
    )
    return recording.finish(session, deed, f"{said} {whose}", answered=proposal)


def _withdraw(session: Session, deed: Deed) -> Outcome:
    return _dropped(session, deed, "The proposal is withdrawn.")


def _dropped(session: Session, deed: Deed, said: str) -> Outcome:
    answered = recording.answered(session, deed.decision)
    move = states.MOVES[Status(deed.item.status), deed.request.verdict]
    status = situation_of(deed.item, deed.at).after(move)
    _leave_waiting(deed.item, status)
    again = " The item is open again." if status is Status.OPEN else ""
    return recording.finish(session, deed, f"{said}{again}", answered=answered)


def _different(session: Session, deed: Deed) -> Outcome:
    return _refuse(session, deed, "Kept as different children")


def _twins(session: Session, deed: Deed) -> Outcome:
    return _refuse(session, deed, "Kept as twins or siblings")


def _refuse(session: Session, deed: Deed, said: str) -> Outcome:
    """Record a "no" for every pair of records that are not one student already."""
    records = list(recording.seen_by(session, deed.decision))
    students = memberships.students_of(session, records)
    pairs = [(a, b) for a, b in pairs_of(records) if students[a] != students[b]]
    if not pairs:
        raise StateChangeError("These records are one student already.", "Undo the merge that joined them first.")
    applying.refuse(session, deed.decision, pairs, applying.KIND_OF[deed.request.verdict])
    cases.near_match_ended(session, deed.item.id, deed.at)
    deed.item.status = str(Status.APPLIED)
    return recording.finish(session, deed, f"{said}. They come back only if a record changes.")


_SAID: Mapping[str, str] = {
    Verdict.SAME: "“same child”",
    Verdict.DIFFERENT: "“different children”",
    Verdict.TWINS: "“twins or siblings”",
    Verdict.REGROUP: "which records are which child",
    Verdict.NEED_INFORMATION: "“more information is needed”",
}


def _leave_waiting(item: WorklistItem, status: Status) -> None:
    item.status = str(status)
    item.proposer_id = item.waiting_decision_id = item.applies_at = None
    item.not_state = ""


EFFECTS: Mapping[Verdict, Callable[[Session, Deed], Outcome]] = {
    Verdict.SAME: propose,
    Verdict.REGROUP: propose,
    Verdict.DIFFERENT: _different,
    Verdict.TWINS: _twins,
    Verdict.VALIDATE: _validate,
    Verdict.REJECT: _reject,
    Verdict.WITHDRAW: _withdraw,
    Verdict.APPLY: _apply,
}
