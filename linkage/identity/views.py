"""What the identity room shows to a screen or a report: plain frozen dataclasses, no ORM objects.

`review_ui` renders these and nothing else. Personal data are in `RecordView` and, of a whole student, in
`identity.student.views`, nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from linkage.records import EvidenceLine, PairEvidence


class Kind(StrEnum):
    """What an item asks."""

    NEAR_MATCH = "near_match"  # may these records be one child?
    IDENTITY_RETURNED = "identity_returned"  # the same, answered "different" before; since then a fact has changed
    SUGGESTED_SPLIT = "suggested_split"  # is this student one child?
    VALIDATE_MERGE = "validate_merge"  # somebody flagged students for a merge
    VALIDATE_SPLIT = "validate_split"  # somebody flagged a student for a split
    BIRTH_DATE = "birth_date"  # which birth date is right?


FLAGGED = (Kind.VALIDATE_MERGE, Kind.VALIDATE_SPLIT)


class Status(StrEnum):
    """States of a worklist item; the table of moves is `identity.states`."""

    OPEN = "open"
    CLAIMED = "claimed"  # somebody works on it, for some minutes
    ESCALATED = "escalated"  # passed up to the region or the State
    WAITING_VALIDATION = "waiting_validation"
    WAITING_INFORMATION = "waiting_information"
    APPROVED = "approved"  # decided; applies on a date
    APPLIED = "applied"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Verdict(StrEnum):
    """What a person can say of an item."""

    SAME = "same"
    DIFFERENT = "different"
    TWINS = "twins"
    REGROUP = "regroup"  # these records are one child, those another: a split, or a merge of some
    SETTLE_DATE = "settle_date"  # which birth date is right, by which evidence
    NEED_INFORMATION = "need_information"
    VALIDATE = "validate"  # second person agrees with the proposal
    REJECT = "reject"  # second person disagrees
    WITHDRAW = "withdraw"  # the proposal is taken back before it is applied
    REOPEN = "reopen"  # information has come in
    UNDO = "undo"  # an applied decision is taken back
    CLAIM = "claim"
    RELEASE = "release"
    REASSIGN = "reassign"
    ESCALATE = "escalate"
    APPLY = "apply"  # the service: the day of an approved decision has come, or the corrected birth date has arrived


LEVELS = ("district", "region", "state")  # upwards


class Door(StrEnum):
    """Through which something is done. The ledger keeps it with who did it."""

    SCREEN = "screen"
    COMMAND_LINE = "command_line"  # whoever runs a command on the server, with the rights of an account or without one
    SPREADSHEET = "spreadsheet"
    SERVICE = "service"  # nobody's act: a scan, the clock, an automatic link


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who acts. The jurisdiction is `state` ("TX"), or a region or a district of it; "" for none."""

    id: int
    username: str
    display_name: str
    role: str  # id in rules/roles.yaml
    state: str
    permissions: frozenset[str]
    region: str = ""
    district: str = ""
    through: Door = Door.SCREEN
    masked: bool = False  # sees names, birth dates and the like as dots, and reveals them one by one

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def level(self) -> str:
        """One of LEVELS."""
        return "district" if self.district else "region" if self.region else "state"


def door_of(account: Account | None) -> Door:
    """Through which this account acts; None: the service itself."""
    return account.through if account else Door.SERVICE


@dataclass(frozen=True, slots=True)
class Part:
    """Records that are one child, and the student ID that they are to keep; "" leaves that to the rules of `identity.regrouping`."""

    records: tuple[str, ...]
    keeps: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for, of one version of an item.

    `members`: the records it is about, None for all. `parts` and `between` (different or twins) belong to REGROUP, `keep` (the
    student ID that survives) to SAME. `whom`: of whom information is asked (recruiter, other_state, parent, school), or to whom an
    item is handed: an account's username or a level. `due`: by when information is wanted. `evidence_id`: on which evidence a
    settled birth date rests. `answer`: what a second person said who had not seen the proposal that this validates or rejects.
    `idempotency_key` makes a request that is sent twice harmless.
    """

    item_id: int
    version: int
    verdict: Verdict
    idempotency_key: str
    note: str = ""
    reason: str = ""  # a code of policy.yaml
    members: tuple[str, ...] | None = None
    parts: tuple[Part, ...] = ()
    between: Verdict = Verdict.DIFFERENT
    keep: str = ""
    whom: str = ""
    due: date | None = None
    evidence_id: int | None = None
    answer: Verdict | None = None


@dataclass(frozen=True, slots=True)
class MoveView:
    qualifying_arrival: date | None
    from_place: str
    to_place: str
    eligibility_ends: date | None


@dataclass(frozen=True, slots=True)
class EnrollmentView:
    start: date | None
    end: date | None
    kind: str
    school: str
    district: str
    grade: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """One source record, current version: what one State says of a child."""

    record_id: str
    state: str
    state_student_id: str
    student_id: str  # 12 digits
    version: int
    received: datetime
    values: Mapping[str, str]  # MDE column -> value as standardized at ingest, "" = missing
    raw: Mapping[str, str]  # header of the sender -> text as sent, latest row
    moves: tuple[MoveView, ...]
    enrollments: tuple[EnrollmentView, ...]
    sent: Mapping[str, str] = field(default_factory=dict)  # MDE column -> text as sent, of the same row


@dataclass(frozen=True, slots=True)
class DecisionView:
    decision_id: int
    item_id: int
    verdict: Verdict
    actor: str  # display name
    actor_id: int | None  # None: the service itself
    at: datetime
    note: str
    undone: bool
    reason: str = ""  # in words
    answer: Verdict | None = None  # of a second person who had not seen the proposal: what he or she said


@dataclass(frozen=True, slots=True)
class PlaceView:
    """With whom an item stands in one State: at one of LEVELS, in a region or district, or with one person."""

    state: str
    level: str
    region: str
    district: str
    assignee: str  # display name, "" if it was handed to nobody


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """One row of the worklist. `answer_due`: None once somebody has looked at it. `information_due`: None unless it waits for some."""

    item_id: int
    kind: str
    status: Status
    version: int
    states: tuple[str, ...]
    record_count: int
    probability: float
    guards: tuple[str, ...]
    created: datetime
    waiting_for: str  # "", or in words: "a Washington administrator"
    names: tuple[str, ...]  # one display name a record, for the row's label
    places: tuple[PlaceView, ...] = ()
    answer_due: datetime | None = None
    resolve_due: datetime | None = None
    in_child_count: bool = False
    claimed_until: datetime | None = None
    information_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """The review page: the records side by side and all that is known of them."""

    summary: ItemSummary
    records: tuple[RecordView, ...]
    pairs: tuple[PairEvidence, ...]
    decisions: tuple[DecisionView, ...]  # oldest first
    allowed: frozenset[Verdict]  # what this person may do now
    refusal: str  # why nothing is allowed, in words; "" otherwise
    master: str  # student id that would survive a merge
    second_person: str  # why somebody else must agree if this person proposes a merge or split; "" if nobody must
    changed_since: tuple[str, ...]  # record ids changed since the proposal
    returned: str = ""  # why an earlier "different" no longer holds, in words; "" if there was none
    blind: bool = False  # what waits for this person's answer is not shown to him or her before it is given
    answers: frozenset[Verdict] = frozenset()  # what this person may answer then, by `second_look.answer`
    disagreement: str = ""  # that two answers differed and who decides now, in words; "" if none did
    then: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # record id -> column -> value when it was proposed, if another


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision did, in words that the screen can show."""

    item_id: int
    status: Status
    sentence: str
    student_id: str  # the student to look at next, "" if none
    decision_id: int


@dataclass(frozen=True, slots=True)
class EventView:
    at: datetime
    actor: str
    sentence: str


@dataclass(frozen=True, slots=True)
class SearchHit:
    student_id: str
    record_id: str
    state: str
    state_student_id: str
    name: str
    birth_date: str
    why: str  # "sounds like", "same birth date", "retired ID"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A student who may be the child searched for: the record that fits best, its probability, and why, line by line."""

    student_id: str
    record_id: str
    probability: float
    lines: tuple[EvidenceLine, ...]
