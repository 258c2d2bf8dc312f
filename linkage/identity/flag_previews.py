"""What a flagged merge would lead to, before anybody has flagged it: the ID that stays, who must agree, the count, the record to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity import applying, blackouts, child_count, memberships, scope
from linkage.identity.context import policy, require, state_name
from linkage.identity.reveals import mask_of
from linkage.identity.second_person import second_person
from linkage.identity.student.consolidate import consolidated_record
from linkage.identity.student.views import ConsolidatedRecord
from linkage.identity.views import Account, Kind, Verdict


@dataclass(frozen=True, slots=True)
class MergePreview:
    """`default`: the ID that stays unless somebody chooses another one. `count`: the effect on the child count, in words. `second_person`:
    why somebody else must agree, "" if nobody must. `refusal`: why it cannot be carried out, "" if it can.
    """

    default: str
    count: str
    second_person: str
    applies_at: datetime | None
    told: tuple[str, ...]  # names of the States whose records are concerned
    refusal: str
    record: ConsolidatedRecord


def preview_merge(session: Session, account: Account, students: Sequence[str], *, now: datetime) -> MergePreview:
    """What the merge of two students or more would be. `students`: none of them retired. Raises NotAllowedError."""
    require(account, "student:propose")
    of = memberships.records_of(session, students)
    records = sorted(of)
    states = scope.states_of_records(session, records)
    before = [[record for record in records if of[record] == student] for student in students]
    together = consolidated_record(session, records)
    return MergePreview(
        default=applying.survivor(session, records),
        count=child_count.effect(session, before, [records], now.date()).sentence,
        second_person=second_person(session, Kind.VALIDATE_MERGE, account, records, now).why,
        applies_at=blackouts.applies_at(policy(session), states, now),
        told=tuple(state_name(state) for state in states),
        refusal=_refusal(session, records),
        record=mask_of(session, account, records).together(together),
    )


def _refusal(session: Session, records: Sequence[int]) -> str:
    try:
        applying.planned(session, [records], Verdict.DIFFERENT, {})
    except StateChangeError as error:
        return str(error)
    return ""
