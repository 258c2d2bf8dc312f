"""Two to five records side by side: columns are records, rows are fields; what differs first, what agrees folded.

The first column is the record whose student would keep its ID; every other cell is compared with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage.compare.differences import Difference, DifferenceKind, Span, name_difference
from linkage.identity.context import column_title
from linkage.identity.views import ItemView, RecordView
from linkage.records import PairEvidence
from review_ui.present import words
from rules.matching import Matching
from rules.mde_list import MdeList

ALIKE = {"equal", "compatible", "similar"}  # strengths of rules/matching.yaml
IDS = {"state_student_id", "state_student_id_type"}  # differ by nature; shown with the State
APART = {DifferenceKind.DIFFERENT, DifferenceKind.OTHER_YEAR}


@dataclass(frozen=True, slots=True)
class Segment:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """`difference` names what sets it apart from the first record, "" where nothing does."""

    segments: tuple[Segment, ...]
    difference: str
    kind: DifferenceKind
    gloss: str  # the date written out

    @property
    def tone(self) -> str:
        """How loud the difference is shown: `gap`, `alike` or `differs`."""
        if self.kind is DifferenceKind.MISSING:
            return "gap"
        return "differs" if self.kind in APART else "alike"


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A field that agrees; `writings` are the values as written, each once."""

    title: str
    writings: tuple[str, ...]
    gloss: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Columns that are judged together, as in rules/matching.yaml; `strengths` says how each level is meant."""

    id: str
    title: str
    columns: tuple[str, ...]
    strengths: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the engine says of one group of fields for one record against the first."""

    label: str  # "Record 2", "Records 2 and 3"; "" when there are only two records
    sentence: str
    strength: str
    columns: tuple[int, ...]  # of the grid: 1 is the second record


@dataclass(frozen=True, slots=True)
class Block:
    """One group of the grid: its title, what the engine says of it, its rows."""

    title: str
    findings: tuple[Finding, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    label: str
    record: RecordView
    keeps_id: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Grid:
    heads: tuple[Head, ...]
    differing: tuple[Block, ...]
    agreeing: tuple[Agreement, ...]
    empty: tuple[str, ...]  # titles of fields that no record fills


def field_groups(matching: Matching, elements: MdeList) -> tuple[FieldGroup, ...]:
    """The fields of the rules in their order, then the elements that are shown but not weighed."""
    groups = [
        FieldGroup(
            field.id,
            field.title,
            field.columns,
            tuple((level.id, level.strength) for level in matching.comparisons[field.compare]),
        )
        for field in matching.fields
    ]
    weighed = {column for group in groups for column in group.columns}
    shown = [column for column in elements.block("demographic") if column not in weighed and column not in IDS]
    return (*groups, FieldGroup("other", "Not weighed", tuple(shown), ()))


def ordered_records(item: ItemView) -> tuple[RecordView, ...]:
    """The record whose student would keep its ID comes first."""
    return tuple(sorted(item.records, key=lambda record: record.student_id != item.master))


def build_grid(item: ItemView, groups: Sequence[FieldGroup]) -> Grid:
    records = ordered_records(item)
    heads = tuple(
        Head(f"Record {number}", record, record.student_id == item.master, record.record_id in item.changed_since)
        for number, record in enumerate(records, start=1)
    )
    blocks = [
        Block(group.title, findings, tuple(_row(column, records, group, findings) for column in differing))
        for group in groups
        if (differing := [column for column in group.columns if not _agrees(column, records)])
        for findings in [_findings(group, records, item.pairs)]
    ]
    same = [column for group in groups for column in group.columns if _agrees(column, records)]
    agreeing = tuple(_agreement(column, records) for column in same if records[0].values.get(column))
    empty = tuple(column_title(column) for column in same if not records[0].values.get(column))
    return Grid(heads, tuple(blocks), agreeing, empty)


def segments(text: str, marks: Sequence[Span]) -> tuple[Segment, ...]:
    """Cut `text` at the marks; nothing is lost: the segments joined are the text."""
    cut: list[Segment] = []
    at = 0
    for start, end in marks:
        cut += [Segment(text[at:start], False), Segment(text[start:end], True)]
        at = end
    return tuple(segment for segment in (*cut, Segment(text[at:], False)) if segment.text)


def _agrees(column: str, records: Sequence[RecordView]) -> bool:
    """The same on all records, but for accents, capitals and spacing."""
    first = records[0].values.get(column, "")
    kinds = {name_difference(column, first, record.values.get(column, "")).kind for record in records[1:]}
    return kinds <= {DifferenceKind.SAME, DifferenceKind.WRITING}


def _agreement(column: str, records: Sequence[RecordView]) -> Agreement:
    writings = tuple(dict.fromkeys(words.value_words(column, record.values[column]) for record in records))
    gloss = words.iso_day_words(writings[0]) if column == "birth_date" else ""
    return Agreement(column_title(column), writings, gloss)


def _row(column: str, records: Sequence[RecordView], group: FieldGroup, findings: Sequence[Finding]) -> Row:
    values = [words.value_words(column, record.values.get(column, "")) for record in records]
    found = [name_difference(column, values[0], value) for value in values]
    # With three records or more the first is compared with several others: marks on it would mean nothing.
    first_marks = found[1].left_marks if len(values) == 2 else ()
    cells = [
        Cell(
            segments(value, difference.right_marks if at else first_marks),
            _badge(at, difference, group, findings),
            difference.kind,
            words.iso_day_words(value) if column == "birth_date" else "",
        )
        for at, (value, difference) in enumerate(zip(values, found, strict=True))
    ]
    return Row(column_title(column), tuple(cells))


def _badge(at: int, difference: Difference, group: FieldGroup, findings: Sequence[Finding]) -> str:
    """The name of the difference. No cell says "different" where the engine finds a nickname, or where nothing is weighed."""
    alike = any(at in finding.columns and finding.strength in ALIKE for finding in findings)
    if difference.kind is DifferenceKind.DIFFERENT and (alike or not group.strengths):
        return ""
    return "" if difference.kind is DifferenceKind.SAME else difference.sentence


def _findings(group: FieldGroup, records: Sequence[RecordView], pairs: Sequence[PairEvidence]) -> tuple[Finding, ...]:
    """What the engine says of each record against the first; one sentence for those of which it says the same."""
    strengths = dict(group.strengths)
    by_ids = {frozenset((pair.left, pair.right)): pair for pair in pairs}
    found: dict[tuple[str, str], list[int]] = {}
    for at, record in enumerate(records[1:], start=1):
        pair = by_ids.get(frozenset((records[0].record_id, record.record_id)))
        for line in pair.lines if pair else ():
            if line.field == group.id and strengths.get(line.level, "missing") != "missing":
                found.setdefault((line.sentence, strengths[line.level]), []).append(at)
    return tuple(
        Finding(_label(columns, len(records)), sentence, strength, tuple(columns))
        for (sentence, strength), columns in found.items()
    )


def _label(columns: Sequence[int], records: int) -> str:
    if records == 2:
        return ""
    numbers = [str(at + 1) for at in columns]
    return f"Record {numbers[0]}" if len(numbers) == 1 else f"Records {', '.join(numbers[:-1])} and {numbers[-1]}"
