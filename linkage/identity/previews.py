"""What a decision would do, before it is made: the students afterwards, who must agree, when it takes effect, who is concerned.

Nothing is written. Merge, split and regrouping are planned by the same code that carries them out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity import applying, blackouts, child_count, memberships, requests, scope
from linkage.identity.context import policy, require, state_name
from linkage.identity.regrouping import Group
from linkage.identity.reveals import mask_of
from linkage.identity.second_person import Second, second_person
from linkage.identity.states import Situation
from linkage.identity.student.consolidate import consolidated_record
from linkage.identity.student.views import ConsolidatedRecord
from linkage.identity.views import Account, Kind, Request, Status, Verdict
from linkage.identity.worklist import waiting_for


@dataclass(frozen=True, slots=True)
class Preview:
    """`groups`: the students afterwards, "" where an ID would be new. `retired`: IDs that would lead to another student. `count`: the effect
    on the child count, in words. `told`: the States whose records are concerned. `refusal`: why it cannot be carried out, "" if it can.
    `validator`: who must agree, in words ("a Washington administrator"); "" if nobody must. `blackout`: why it has to wait for
    `applies_at`.
    """

    groups: tuple[Group, ...]
    retired: tuple[str, ...]
    count: str
    second_person: str
    applies_at: datetime | None
    told: tuple[str, ...]
    refusal: str
    validator: str = ""
    blackout: str = ""


def preview(session: Session, account: Account, request: Request, *, now: datetime) -> Preview:
    """What `request` (same or regroup, of an item) would do.

    Raises UnknownIdError (not in scope, or an ID to keep that none of the records has) and StateChangeError (unclear).
    """
    item = scope.item_in_scope(session, account, request.item_id)
    return _preview(session, account, Kind(item.kind), list(scope.members_of(session, item.id)), request, now=now)


def preview_split(session: Session, account: Account, student: str, request: Request, *, now: datetime) -> Preview:
    """What flagging this student for a split would lead to. `request`: REGROUP with all its records in parts. Raises StateChangeError."""
    require(account, "student:propose")
    return _preview(
        session, account, Kind.VALIDATE_SPLIT, sorted(memberships.records_of(session, [student])), request, now=now
    )


def preview_merge(session: Session, account: Account, students: Sequence[str], *, now: datetime) -> Preview:
    """What flagging these students, two or more and none retired, for a merge would lead to; the first of `groups` has the ID that stays."""
    require(account, "student:propose")
    records = sorted(memberships.records_of(session, students))
    return _preview(session, account, Kind.VALIDATE_MERGE, records, Request(0, 0, Verdict.SAME, ""), now=now)


def _preview(
    session: Session, account: Account, kind: Kind, records: Sequence[int], request: Request, *, now: datetime
) -> Preview:
    if request.verdict is Verdict.REGROUP:
        numbers = requests.part_numbers(request)
        requests.chosen(dict.fromkeys(records, 0), [record for part in request.parts for record in part.records])
        parts = [[record for record in numbers if numbers[record] == part] for part in range(len(request.parts))]
        keeps = {int(part.records[0]): part.keeps for part in request.parts if part.keeps}
    else:
        parts = [sorted(requests.chosen(dict.fromkeys(records, 0), request.members))]
        keeps = {parts[0][0]: request.keep} if request.keep else {}
    concerned = [record for part in parts for record in part]
    applying.refuse_foreign_ids(session, keeps, concerned)
    states = scope.states_of_records(session, concerned)
    second = second_person(session, kind, account, concerned, now)
    groups, retired, refusal = _planned(session, parts, request.between, keeps)
    return Preview(
        groups=groups,
        retired=retired,
        count=_count(session, concerned, groups, now),
        second_person=second.why,
        applies_at=blackouts.applies_at(policy(session), states, now),
        told=tuple(state_name(state) for state in states),
        refusal=refusal,
        blackout=blackouts.title(policy(session), states, now),
        validator=waiting_for(_as_proposed(second), _home(session, concerned)),
    )


def _home(session: Session, records: Sequence[int]) -> list[str]:
    """The States with a record of one of the students concerned."""
    students = memberships.students_of(session, records)
    return scope.states_of_records(session, memberships.records_of(session, students.values()))


def _as_proposed(second: Second) -> Situation:
    return Situation(Status.WAITING_VALIDATION if second.needed else Status.OPEN, not_state=second.not_state)


def records_afterwards(
    session: Session, account: Account, found: Preview, *, now: datetime
) -> tuple[ConsolidatedRecord, ...]:
    """The consolidated record of each student to be, as this person may see it, in the order of `groups`."""
    mask = mask_of(session, account, [record for group in found.groups for record in group.records], now)
    return tuple(mask.together(consolidated_record(session, group.records)) for group in found.groups)


def _count(session: Session, records: Sequence[int], groups: Sequence[Group], now: datetime) -> str:
    before: dict[str, list[int]] = {}
    for record, student in memberships.records_of(session, memberships.students_of(session, records).values()).items():
        before.setdefault(student, []).append(record)
    after: list[Collection[int]] = [group.records for group in groups]
    return child_count.effect(session, list(before.values()), after or list(before.values()), now.date()).sentence


def _planned(
    session: Session, parts: Sequence[Sequence[int]], between: Verdict, keeps: applying.Keeps
) -> tuple[tuple[Group, ...], tuple[str, ...], str]:
    try:
        known, plan = applying.planned(session, parts, between, keeps)
    except StateChangeError as error:
        return (), (), str(error)
    kept = {group.student_id for group in plan.groups}
    return plan.groups, tuple(sorted(set(known.students.values()) - kept)), ""
