"""Which items a person asks for: the lists of the worklist and its filters, as conditions for a query.

Every one comes on top of `scope.in_scope`, which alone says what a person may see.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    exists,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from linkage.identity.disagreements import shut_out
from linkage.identity.ids import is_student_id
from linkage.identity.scope import in_scope, in_status
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Account, Kind, Status
from linkage.store.models import (
    AccountRow,
    ItemConcern,
    ItemMember,
    ItemPlace,
    Membership,
    SourceRecord,
    WorklistItem,
)

_LONGEST_NUMBER = 19  # digits that a database's integer no longer holds


class WorkList(StrEnum):
    MINE = "mine"  # handed to me, or with my level of my jurisdiction; and I can do something now
    JURISDICTION = "jurisdiction"  # all that is unfinished
    VALIDATION = "validation"
    INFORMATION = "information"
    OVERDUE = "overdue"
    CLAIMED = "claimed"  # by me
    FINISHED = "finished"  # decided, also for a later day, or no longer asked
    ANY = "any"  # finished or not


# The lists of what is unfinished.
ON_DESK = tuple(one for one in WorkList if one not in (WorkList.FINISHED, WorkList.ANY))
FINISHED = (Status.APPLIED, Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.SUPERSEDED)


class Sort(StrEnum):
    DECIDABLE = "decidable"  # first what this person can decide now, the most probable first; of the finished, what changed last
    PROBABILITY = "probability"
    DUE = "due"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page of the worklist shows. What is not said does not narrow it.

    `status`: instead of a list. `state`, `district`: one of those whose business it is. `least`, `below`: bounds of the probability.
    `assignee`: a user name. `search`: the number of an item, a 12-digit student ID (a retired one as well), or a State's student ID.
    """

    list: WorkList = WorkList.JURISDICTION
    status: Status | None = None
    kind: Kind | None = None
    state: str = ""
    district: str = ""
    older_than: timedelta | None = None
    least: float | None = None
    below: float | None = None
    guard: str = ""
    in_child_count: bool | None = None
    assignee: str = ""
    search: str = ""
    sort: Sort = Sort.DECIDABLE

    @property
    def statuses(self) -> Sequence[Status]:
        """In which statuses the items are; none if that is not said."""
        return (self.status,) if self.status else STATUSES[self.list]

    @property
    def finished(self) -> bool:
        """Whether nothing is left to decide there."""
        return (self.status or self.list) in (WorkList.FINISHED, *FINISHED)

    @property
    def decidable_first(self) -> bool:
        """Whether what can be decided is to stand before what cannot; of what is mine all can be, of what is finished nothing."""
        mine = self.list is WorkList.MINE and self.status is None
        return self.sort is Sort.DECIDABLE and not self.finished and not mine

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed down."""
        return self != Wanted(self.list, self.status, sort=self.sort)


def listed(session: Session, wanted: Wanted, account: Account, now: datetime) -> ColumnElement[bool]:
    """What `condition` says, of the items that this person may see."""
    return and_(in_scope(account, wanted.statuses), condition(session, wanted, account, now))


def condition(session: Session, wanted: Wanted, account: Account, now: datetime) -> ColumnElement[bool]:
    """The items of a list or status that pass every filter."""
    by_status = WorklistItem.status == str(wanted.status)
    return and_(by_status if wanted.status else on_list(session, wanted.list, account, now), *_filters(wanted, now))


def on_list(session: Session, wanted: WorkList, account: Account, now: datetime) -> ColumnElement[bool]:
    """The items that stand on a list."""
    if wanted is WorkList.ANY:
        return literal(True)
    found = in_status(WorklistItem.status, STATUSES[wanted])
    return and_(found, NARROWER[wanted](session, account, now)) if wanted in NARROWER else found


def decidable(session: Session, account: Account, now: datetime) -> ColumnElement[bool]:
    """What this person can decide now; the same rule as `states.refusal`, for a query."""
    second = and_(
        WorklistItem.status == str(Status.WAITING_VALIDATION),
        WorklistItem.proposer_id != account.id,
        WorklistItem.not_state.not_in([account.state]) | (WorklistItem.not_state == ""),
        literal(account.may("item:validate")),
    )
    free = or_(
        in_status(WorklistItem.status, (Status.OPEN, Status.ESCALATED)),
        and_(
            WorklistItem.status == str(Status.CLAIMED),
            or_(WorklistItem.claimed_by == account.id, WorklistItem.claimed_until <= now),
        ),
    )
    first = and_(free, literal(account.may("item:decide")), ~shut_out(session, account))
    return or_(first, second) & ~_above(account)


def _above(account: Account) -> ColumnElement[bool]:
    """Items that were passed up to a level above this person."""
    levels = {"district": ["region", "state"], "region": ["state"], "state": []}[account.level]
    if not levels:
        return literal(False)
    return _place(ItemPlace.state == account.state, ItemPlace.level.in_(levels))


def _mine(session: Session, account: Account, now: datetime) -> ColumnElement[bool]:
    here = (ItemPlace.state == account.state) & (ItemPlace.level == account.level) & ItemPlace.assignee_id.is_(None)
    if account.district:
        here &= ItemPlace.district == account.district
    elif account.region:
        here &= ItemPlace.region == account.region
    unfinished = in_status(ItemPlace.status, UNFINISHED)
    return _place(unfinished, or_(ItemPlace.assignee_id == account.id, here)) & decidable(session, account, now)


def _place(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """By IN: where such a condition is counted rather than asked for, an EXISTS would be asked again for each item."""
    return WorklistItem.id.in_(select(ItemPlace.item_id).where(*conditions))


# In which statuses the items of a list are; none is said of the list of all.
STATUSES: Mapping[WorkList, Sequence[Status]] = {
    **dict.fromkeys(ON_DESK, UNFINISHED),
    WorkList.VALIDATION: (Status.WAITING_VALIDATION,),
    WorkList.INFORMATION: (Status.WAITING_INFORMATION,),
    WorkList.CLAIMED: (Status.CLAIMED,),
    WorkList.FINISHED: FINISHED,
    WorkList.ANY: (),
}
# What a list asks besides.
NARROWER: Mapping[WorkList, Callable[[Session, Account, datetime], ColumnElement[bool]]] = {
    WorkList.MINE: _mine,
    WorkList.OVERDUE: lambda _session, _account, now: (
        (WorklistItem.resolve_due <= now)
        | (WorklistItem.answered.is_(None) & (WorklistItem.answer_due <= now))
        | (WorklistItem.information_due <= now)
    ),
    WorkList.CLAIMED: lambda _session, account, now: (
        (WorklistItem.claimed_by == account.id) & (WorklistItem.claimed_until > now)
    ),
}


def _filters(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    concern: list[ColumnElement[bool]] = [
        column == value
        for column, value in ((ItemConcern.state, wanted.state), (ItemConcern.district, wanted.district))
        if value
    ]
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(WorklistItem.kind == str(wanted.kind))
    if concern:
        found.append(exists().where(ItemConcern.item_id == WorklistItem.id, *concern))
    if wanted.older_than is not None:
        found.append(WorklistItem.created <= now - wanted.older_than)
    if wanted.least is not None:
        found.append(WorklistItem.probability >= wanted.least)
    if wanted.below is not None:
        found.append(WorklistItem.probability < wanted.below)
    if wanted.guard:
        found.append(type_coerce(WorklistItem.guards, Text).contains(f'"{wanted.guard}"', autoescape=True))
    if wanted.in_child_count is not None:
        found.append(WorklistItem.in_child_count.is_(wanted.in_child_count))
    if wanted.assignee:
        username = wanted.assignee.strip().casefold()
        accounts = select(AccountRow.id).where(AccountRow.username == username)
        found.append(_place(ItemPlace.assignee_id.in_(accounts)))
    if wanted.search.strip():
        found.append(_found_by(wanted.search.strip()))
    return found


def _found_by(text: str) -> ColumnElement[bool]:
    """The item with this number, or items about records with this State student ID or of the student that an ID leads to."""
    own = select(SourceRecord.id).where(SourceRecord.state_student_id == text)
    found: list[ColumnElement[bool]] = [WorklistItem.id.in_(_items_about(own))]
    if is_student_id(text):
        # A retired ID leads to the student of the record that it was made for.
        made_for = select(SourceRecord.id).where(SourceRecord.home_student_id == text)
        leads_to = select(Membership.student_id).where(
            Membership.source_record_id.in_(made_for), Membership.valid_to.is_(None)
        )
        students = (Membership.student_id == text) | Membership.student_id.in_(leads_to)
        records = select(Membership.source_record_id).where(students, Membership.valid_to.is_(None))
        found.append(WorklistItem.id.in_(_items_about(records)))
    elif text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER:
        found.append(WorklistItem.id == int(text))
    return or_(*found)


def _items_about(records: Select[int]) -> Select[int]:
    return select(ItemMember.item_id).where(ItemMember.source_record_id.in_(records))
