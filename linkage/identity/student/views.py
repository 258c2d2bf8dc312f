"""The consolidated record as screens, exports and previews show it: plain frozen dataclasses."""

from dataclasses import dataclass
from datetime import date, datetime

from linkage.identity.views import DecisionView, EventView, RecordView


@dataclass(frozen=True, slots=True)
class ConsolidatedField:
    """One field: the value shown, where it is from, by which rule, and what the other records say.

    `disputed`: somebody has disputed a record that says this value or another one.
    """

    column: str
    title: str
    value: str
    source: str  # "TX, seen on birth certificate, received 2026-03-02"
    others: tuple[tuple[str, str], ...]  # (source, other value)
    why: str  # the rule, in words; "" where no record says anything
    disputed: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one field said before and after; "" for nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a source record: what it changed, and the upload that brought it. `rows`: moves or enrollments new or changed."""

    record_id: str
    state: str
    state_student_id: str
    number: int
    received: datetime
    upload_id: int
    changes: tuple[FieldChange, ...]  # of version 1: all that it says
    rows: int


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A qualifying move (a day) or an enrollment (a stretch of days), as one State reports it.

    `end` None: no withdrawal is known; for overlaps it is taken to last as GUARD-ATTENDANCE says. `overlaps`: the numbers of the other
    enrollments at the same time.
    """

    number: int  # 1, 2, 3 in order of time
    kind: str  # move, enrollment
    start: date | None
    end: date | None
    what: str  # "Weslaco, TX to Pasco, WA"; "Lakeside"
    district: str
    grade: str
    state: str
    record_id: str
    overlaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IdView:
    """An ID of the child. `kind`: current, retired (leads here) or state_id. `state`: whose it is, "" for our own."""

    kind: str
    value: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StayView:
    """A record belonged to a student from `joined` on; `left` None: it still does. `joined_by`: "" where it came with an upload."""

    record_id: str
    state: str
    state_student_id: str
    student_id: str
    joined: datetime
    joined_by: str
    left: datetime | None
    left_by: str


@dataclass(frozen=True, slots=True)
class DisputeView:
    """What a parent or student says against a record. `withdrawn` None: it stands."""

    dispute_id: int
    record_id: str
    statement: str
    made_by: str
    entered_by: str
    entered: datetime
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class ConsolidatedRecord:
    """What these source records say together, whether or not they are one student today."""

    fields: tuple[ConsolidatedField, ...]
    records: tuple[RecordView, ...]  # the latest first
    versions: tuple[VersionView, ...]  # oldest first
    timeline: tuple[TimelineEntry, ...]
    disputes: tuple[DisputeView, ...]


@dataclass(frozen=True, slots=True)
class ConsolidatedView:
    """A student: the record and everything that happened to it."""

    student_id: str
    redirected_from: str  # the ID asked for, if it redirects here; "" otherwise
    record: ConsolidatedRecord
    ids: tuple[IdView, ...]
    stays: tuple[StayView, ...]
    decisions: tuple[DecisionView, ...]
    history: tuple[EventView, ...]
    undoable: tuple[DecisionView, ...]  # applied merges this person may take back

    @property
    def fields(self) -> tuple[ConsolidatedField, ...]:
        return self.record.fields

    @property
    def records(self) -> tuple[RecordView, ...]:
        return self.record.records

    @property
    def retired_ids(self) -> tuple[str, ...]:
        return tuple(one.value for one in self.ids if one.kind == "retired")
