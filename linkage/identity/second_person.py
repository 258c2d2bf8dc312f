"""Whether somebody else must agree before records are joined or separated, and who that may be. The policy decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.identity import child_count, memberships, scope
from linkage.identity.context import policy
from linkage.identity.views import FLAGGED, Account, Kind


@dataclass(frozen=True, slots=True)
class Second:
    """`why`: in words, why somebody else must agree; "" if nobody must. `not_state`: whose people may not be that person."""

    why: str
    not_state: str = ""

    @property
    def needed(self) -> bool:
        return bool(self.why)


def second_person(session: Session, kind: Kind, account: Account, record_ids: Iterable[int], now: datetime) -> Second:
    """What the policy asks for if this person proposes to join or separate these records, in an item of this kind."""
    records = memberships.records_of(session, memberships.students_of(session, record_ids).values())
    not_state = scope.state_left_out(session, records, account.state)
    return Second(_why(session, kind, account, records, now), not_state)


def _why(session: Session, kind: Kind, account: Account, records: Iterable[int], now: datetime) -> str:
    rules = policy(session).decisions.second_person
    if not account.may("item:decide"):
        return "your role proposes and does not decide"
    if account.masked:
        return "your role does not see names and birth dates"
    if rules.in_child_count == "always" and child_count.counted(session, records, now.date()):
        return "the child is in the current child count"
    if kind in FLAGGED:
        return "a person has flagged it" if rules.flagged == "always" else ""
    if kind is Kind.SUGGESTED_SPLIT:
        return "a student would be divided" if rules.suggested_split == "always" else ""
    across = any(state != account.state for state in scope.states_of_records(session, records))
    if across:
        return "two States are concerned" if rules.near_match_across_states == "always" else ""
    return "every merge is validated" if rules.near_match_in_one_state == "always" else ""
