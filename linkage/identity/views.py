"""What the identity room shows to a screen or a report: plain frozen dataclasses, no ORM objects.

`review_ui` renders these and nothing else. Personal data are in `RecordView.values` and `ConsolidatedView`, nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from linkage.records import EvidenceLine, PairEvidence


class Status(StrEnum):
    """States of a worklist item; the table of moves is `identity.states`."""

    OPEN = "open"
    WAITING_VALIDATION = "waiting_validation"
    WAITING_INFORMATION = "waiting_information"
    APPLIED = "applied"
    SUPERSEDED = "superseded"


class Verdict(StrEnum):
    """What a person can say of an item."""

    SAME = "same"
    DIFFERENT = "different"
    TWINS = "twins"
    NEED_INFORMATION = "need_information"
    VALIDATE = "validate"  # second person agrees with SAME
    REJECT = "reject"  # second person disagrees: the item is open again
    WITHDRAW = "withdraw"  # first person takes SAME back before it is validated
    REOPEN = "reopen"  # information has come in
    UNDO = "undo"  # an applied decision is taken back


@dataclass(frozen=True, slots=True)
class Account:
    """The person at the screen. `state` is the jurisdiction ("TX"), "" for none."""

    id: int
    username: str
    display_name: str
    role: str  # id in rules/roles.yaml
    state: str
    permissions: frozenset[str]

    def may(self, permission: str) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person who is signed in."""

    account: Account
    must_change_password: bool
    seen_due: bool  # the session's last use was written down a while ago


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


@dataclass(frozen=True, slots=True)
class DecisionView:
    decision_id: int
    item_id: int
    verdict: Verdict
    actor: str  # display name
    actor_id: int
    at: datetime
    note: str
    undone: bool


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """One row of the worklist."""

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
    changed_since: tuple[str, ...]  # record ids changed since the proposal
    returned: str = ""  # why an earlier "different" no longer holds, in words; "" if there was none


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
class ConsolidatedField:
    """One field of the consolidated record: the value shown, where it is from, and what the other records say."""

    column: str
    title: str
    value: str
    source: str  # "TX, received 2026-03-02"
    others: tuple[tuple[str, str], ...]  # (source, other value)


@dataclass(frozen=True, slots=True)
class ConsolidatedView:
    student_id: str
    redirected_from: str  # the ID asked for, if it redirects here; "" otherwise
    retired_ids: tuple[str, ...]
    fields: tuple[ConsolidatedField, ...]
    records: tuple[RecordView, ...]
    history: tuple[EventView, ...]
    undoable: tuple[DecisionView, ...]  # applied merges this person may take back


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
