"""Carrying out what has been decided: statements in force, students, retired IDs. Merge, split and undo end here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.errors import ConflictError, StateChangeError, UnknownIdError
from linkage.identity import constraints, memberships, ownership, recording, requests, scope
from linkage.identity.dob.gate import refuse_unsettled
from linkage.identity.memberships import Regrouping
from linkage.identity.regrouping import (
    CANNOT_LINK,
    MUST_LINK,
    REFUSALS,
    TWINS,
    YET_TO_COME,
    Known,
    Plan,
    Statement,
    in_force,
    pairs_between,
    pairs_of,
    plan,
)
from linkage.identity.views import Verdict
from linkage.store.models import Decision

KIND_OF = {Verdict.DIFFERENT: CANNOT_LINK, Verdict.TWINS: TWINS}

Keeps = Mapping[int, str]  # a record -> the student ID that its part is to keep


def planned(session: Session, parts: Sequence[Sequence[int]], between: Verdict, keeps: Keeps) -> tuple[Known, Plan]:
    """What the students would be if each part were one child; nothing is written.

    Raises StateChangeError if a student would be divided of which not all records are named; ConflictError if an earlier decision
    says that two records of one student to be are different children, StateChangeError if their birth date is still to be settled.
    """
    known = memberships.known_about(session, [record for part in parts for record in part])
    _refuse_half_a_student(known, parts)
    said = constraints.statements_among(session, known.students)
    inside = {pair for part in parts for pair in pairs_of(part)}
    refused = [one for pair, one in in_force(said).items() if one.kind in REFUSALS and pair in inside]
    new = [Statement(YET_TO_COME, kind, pair) for kind, pairs in _statements(parts, between) for pair in pairs]
    result = plan(known, [*said, *new], keeps=keeps, before={})
    refuse_contradictions([*refused, *result.contradictions])
    refuse_unsettled(session, known.students, result.groups)
    return known, result


def refuse_foreign_ids(session: Session, keeps: Keeps, records: Sequence[int]) -> None:
    """Raises UnknownIdError if an ID is to be kept that none of these records has now."""
    known = set(memberships.students_of(session, records).values())
    for student in keeps.values():
        if student not in known:
            raise UnknownIdError(f"Student {student} is none of these records' students.", "Look at the item again.")


def survivor(session: Session, record_ids: Sequence[int]) -> str:
    """The student ID that a merge of these records keeps unless somebody chooses another one."""
    known = memberships.known_about(session, record_ids)
    said = constraints.statements_among(session, known.students)
    joined = [Statement(YET_TO_COME, MUST_LINK, pair) for pair in pairs_of(record_ids)]
    groups = plan(known, [*said, *joined], keeps={}, before={}).groups
    return next(group.student_id for group in groups if record_ids[0] in group.records)


def planned_without(session: Session, decision: Decision) -> tuple[Known, Plan]:
    """What the students would be if `decision` had not been made; nothing is written, and nothing refused."""
    known = memberships.known_about(session, recording.seen_by(session, decision))
    said = constraints.statements_among(session, known.students, without=decision.id)
    return known, plan(known, said, keeps={}, before=memberships.before(session, decision))


def refuse_contradictions(noes: Sequence[Statement]) -> None:
    """Raises ConflictError if records would be joined that somebody has said are different children."""
    for one in noes:
        said = "twins" if one.kind == TWINS else "different children"
        raise ConflictError(
            f"Decision {one.decision_id} says that records {one.pair[0]} and {one.pair[1]} are {said}; this would join them.",
            "Undo that decision first, or leave those records out.",
        )


def apply(session: Session, proposal: Decision, now: datetime) -> Regrouping:
    """Carry out a proposal: at once, when it is validated, or when its day has come."""
    parts = recording.parts_of(session, proposal)
    between = requests.between(proposal)
    known, result = planned(session, parts, between, requests.keeps(proposal, parts))
    for kind, pairs in _statements(parts, between):
        constraints.add(session, proposal, kind, pairs)
    proposal.applied_at = now
    return carried_out(session, known, result, proposal, parts[0][0], at=now)


def carried_out(
    session: Session, known: Known, result: Plan, by: Decision, record_id: int, *, at: datetime
) -> Regrouping:
    """Make the students what the plan says; `record_id`: whose student is shown next."""
    moves = memberships.carry_out(session, known, result, by, at)
    touched = {one for move in moves for one in (move.came_from, move.went_to)}
    scope.renew_waiting(session, touched)
    ownership.renew_students(session, touched, at)
    return Regrouping(memberships.students_of(session, [record_id])[record_id], moves)


def refuse(session: Session, decision: Decision, pairs: Sequence[tuple[int, int]], kind: str) -> None:
    """Record a "no" for these pairs."""
    constraints.add(session, decision, kind, pairs)
    decision.applied_at = decision.at


def _statements(parts: Sequence[Sequence[int]], between: Verdict) -> list[tuple[str, list[tuple[int, int]]]]:
    links = [pair for part in parts for pair in pairs_of(part)]
    return [(MUST_LINK, links), (KIND_OF[between], pairs_between(parts))]


def _refuse_half_a_student(known: Known, parts: Sequence[Sequence[int]]) -> None:
    part_of = {record: number for number, part in enumerate(parts) for record in part}
    for student in sorted(set(known.students.values())):
        records = [record for record, owner in known.students.items() if owner == student]
        named = {part_of[record] for record in records if record in part_of}
        if len(named) > 1 and any(record not in part_of for record in records):
            missing = ", ".join(str(record) for record in sorted(records) if record not in part_of)
            raise StateChangeError(
                f"Student {student} would be divided, but nobody says where record {missing} goes.",
                "Open the student and put each of its records into a part.",
            )
