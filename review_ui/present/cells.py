"""The cells of the comparison, as a template prints them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from linkage.compare.differences import DifferenceKind, Span
from linkage.identity.masking import Mask, dots
from linkage.identity.views import RecordView
from review_ui.present import words
from review_ui.present.findings import ANOTHER

APART = {DifferenceKind.DIFFERENT, DifferenceKind.OTHER_YEAR}


NAMES = ("first_name", "middle_name", "last_name_1", "last_name_2", "suffix")


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """`difference` names what sets it apart from the first record, "" where nothing does. `sent`: as the State wrote it. `then`: what stood
    here when the item was proposed, None where nothing has changed. `hidden`: the person sees dots, and may ask for the value.
    """

    record_id: str
    column: str
    segments: tuple[Segment, ...]
    difference: str
    kind: DifferenceKind
    gloss: date | None  # the day, to be written out
    sent: str
    then: str | None
    hidden: bool
    alike: bool  # the engine finds the values alike, whatever their letters say

    @property
    def tone(self) -> str:
        """How loud the difference is shown: `gap`, `alike` or `differs`."""
        if self.kind is DifferenceKind.MISSING or self.difference == ANOTHER:
            return "gap"
        return "differs" if self.kind in APART and not self.alike else "alike"


@dataclass(frozen=True, slots=True)
class Result:
    """What the records would say together, with the rule that chooses it and the record it is from."""

    text: str
    gloss: date | None
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A field that agrees; `writings` are the values as stored, each once, and `note` what sets them apart, "" if nothing does."""

    title: str
    column: str
    writings: tuple[str, ...]
    note: str
    gloss: date | None
    sent: tuple[str, ...]
    record_id: str  # of which the value can be asked for
    hidden: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a record said in one field until a newer version came."""

    title: str
    value: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column, and what stands below the fields: `retired` IDs that lead to its student, `earlier` values."""

    label: str
    record: RecordView
    keeps_id: bool
    changed: bool
    retired: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()

    @property
    def name(self) -> str:
        """As this person sees it."""
        return " ".join(filter(None, (self.record.values.get(column, "") for column in NAMES)))


def cell_of(  # noqa: PLR0917
    record: RecordView,
    column: str,
    marks: Sequence[Span],
    kind: DifferenceKind,
    difference: str,
    then: str | None,
    mask: Mask,
    *,
    alike: bool,
) -> Cell:
    """The cell of a record. `marks`: characters of the true value; dots stand one for one, so that they fit these as well."""
    hidden = mask.hides(record.record_id, column)
    text = words.value_words(column, record.values.get(column, ""))
    before = None if then is None else words.value_words(column, then)
    return Cell(
        record_id=record.record_id,
        column=column,
        segments=segments(dots(text) if hidden else text, marks),
        difference=difference,
        kind=kind,
        gloss=words.iso_day(text) if column == "birth_date" and not hidden else None,
        sent=mask.record(record).sent.get(column, ""),
        then=dots(before) if before and hidden else before,
        hidden=hidden and bool(text),
        alike=alike,
    )


def segments(text: str, marks: Sequence[Span]) -> tuple[Segment, ...]:
    """Cut `text` at the marks; nothing is lost: the segments joined are the text."""
    cut: list[Segment] = []
    at = 0
    for start, end in marks:
        cut += [Segment(text[at:start], False), Segment(text[start:end], True)]
        at = end
    return tuple(segment for segment in (*cut, Segment(text[at:], False)) if segment.text)
