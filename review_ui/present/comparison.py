"""Two to five records side by side: columns are records, rows are fields; what differs first, what agrees folded.

The first column is the record whose student would keep its ID; every other cell is compared with it. Differences are found in the
true values; what a masked role may not see becomes dots afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkage.compare.differences import SENTENCES, WRITTEN_ALIKE, Difference, DifferenceKind, name_difference, named
from linkage.compare.field_differences import SURNAMES, column_differences
from linkage.identity.context import column_title
from linkage.identity.masking import Mask
from linkage.identity.student.views import ConsolidatedRecord
from linkage.identity.views import ItemView, RecordView
from review_ui.present import words
from review_ui.present.cells import Agreement, Cell, Earlier, Head, Result, cell_of
from review_ui.present.field_groups import FieldGroup
from review_ui.present.findings import ANOTHER, Finding, badge, findings_of, found_alike
from review_ui.present.names import NamePart, parted, same_but_particles, surname_parts

BORN = "birth_date"


@dataclass(frozen=True, slots=True)
class Row:
    """`result`: what the records would say together, None where nobody asked."""

    title: str
    cells: tuple[Cell, ...]
    result: Result | None


@dataclass(frozen=True, slots=True)
class Block:
    """One group of the grid: its title, what the engine says of it, its rows. `parts`: the surnames of each record taken apart, where
    that says more than the fields do.
    """

    title: str
    findings: tuple[Finding, ...]
    rows: tuple[Row, ...]
    parts: tuple[tuple[NamePart, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    heads: tuple[Head, ...]
    differing: tuple[Block, ...]
    agreeing: tuple[Agreement, ...]
    empty: tuple[str, ...]  # titles of fields that no record fills
    master: str  # student ID that would stay
    has_result: bool

    @property
    def columns(self) -> int:
        """How many columns the table has."""
        return len(self.heads) + 1 + self.has_result

    @property
    def masked(self) -> bool:
        """Whether a cell stands as dots."""
        cells = (cell for block in self.differing for row in block.rows for cell in row.cells)
        return any(cell.hidden for cell in cells) or any(one.hidden for one in self.agreeing)


def ordered_records(item: ItemView) -> tuple[RecordView, ...]:
    """The record whose student would keep its ID comes first."""
    return tuple(sorted(item.records, key=lambda record: record.student_id != item.master))


def build_grid(
    item: ItemView,
    groups: Sequence[FieldGroup],
    *,
    together: ConsolidatedRecord | None = None,
    retired: Mapping[str, Sequence[str]] | None = None,
    mask: Mask | None = None,
) -> Grid:
    """`together`: what the records would say as one student, and `retired`: student ID -> IDs that lead to it, both as this person sees them."""
    records, mask = ordered_records(item), mask or Mask()
    results = _results(together)
    columns = [column for group in groups for column in group.columns]
    same = [column for column in columns if _agrees(column, records)]
    shown = [column for column in same if records[0].values.get(column)]
    return Grid(
        heads=tuple(
            _head(number, record, item, mask, together, retired or {}) for number, record in enumerate(records, start=1)
        ),
        differing=tuple(
            _block(group, item, records, mask, results) for group in groups if not set(group.columns) <= set(same)
        ),
        agreeing=tuple(_agreement(column, records, mask) for column in shown),
        empty=tuple(column_title(column) for column in same if column not in shown),
        master=item.master,
        has_result=together is not None,
    )


def _agrees(column: str, records: Sequence[RecordView]) -> bool:
    """The same on all records, but for accents, capitals and spacing."""
    first = records[0].values.get(column, "")
    return all(
        name_difference(column, first, record.values.get(column, "")).kind in WRITTEN_ALIKE for record in records[1:]
    )


def _block(
    group: FieldGroup, item: ItemView, records: Sequence[RecordView], mask: Mask, results: Mapping[str, Result]
) -> Block:
    findings = findings_of(group, records, item.pairs)
    texts = [
        {column: words.value_words(column, record.values.get(column, "")) for column in group.columns}
        for record in records
    ]
    found = [_differences(group, texts[0], text) for text in texts]
    differing = [column for column in group.columns if not _agrees(column, records)]
    rows = [
        Row(
            column_title(column),
            tuple(
                _cell(column, at, record, item, group, findings, [one[column] for one in found], mask)
                for at, record in enumerate(records)
            ),
            results.get(column),
        )
        for column in differing
    ]
    return Block(group.title, findings, tuple(rows), _parts(group, records, mask))


def _differences(group: FieldGroup, left: Mapping[str, str], right: Mapping[str, str]) -> dict[str, Difference]:
    found = column_differences(group.columns, left, right)
    for column, difference in found.items():
        if difference.kind in WRITTEN_ALIKE or group.tables is None:
            continue
        if same_but_particles(left[column], right[column], group.tables):
            found[column] = named(DifferenceKind.PARTICLE)
    return found


def _cell(  # noqa: PLR0917 - where the cell stands, and what is known of its row
    column: str,
    at: int,
    record: RecordView,
    item: ItemView,
    group: FieldGroup,
    findings: Sequence[Finding],
    found: Sequence[Difference],
    mask: Mask,
) -> Cell:
    # With three records or more the first is compared with several others: marks on it would mean nothing.
    compared = at or (1 if len(found) == 2 else 0)
    alike = found_alike(compared, found[compared], findings)
    marks = () if alike else found[at].right_marks if at else found[compared].left_marks
    then = item.then.get(record.record_id, {}).get(column)
    difference = badge(at, found[at], group, findings)
    if ANOTHER in {difference, badge(compared, found[compared], group, findings)}:
        marks = ()  # a whole value that says nothing for or against
    return cell_of(record, column, marks, found[at].kind, difference, then, mask, alike=alike)


def _agreement(column: str, records: Sequence[RecordView], mask: Mask) -> Agreement:
    """Of a masked field what somebody has revealed of one record is shown; the others say the same."""
    seen = [record for record in records if not mask.hides(record.record_id, column)]
    masked = mask.record(records[0])
    texts = [words.value_words(column, one.values[column]) for one in seen or [masked]]
    writings = tuple(dict.fromkeys(texts))
    kinds = [name_difference(column, records[0].values[column], one.values[column]).kind for one in records]
    note = next((SENTENCES[kind] for kind in kinds if kind is not DifferenceKind.SAME), "")
    return Agreement(
        title=column_title(column),
        column=column,
        writings=writings,
        note=note,
        gloss=words.iso_day(writings[0]) if column == BORN else None,
        sent=tuple(dict.fromkeys(one.sent.get(column, "") for one in seen or [masked])),
        record_id=records[0].record_id,
        hidden=not seen,
    )


def _head(  # noqa: PLR0917
    number: int,
    record: RecordView,
    item: ItemView,
    mask: Mask,
    together: ConsolidatedRecord | None,
    retired: Mapping[str, Sequence[str]],
) -> Head:
    return Head(
        label=f"Record {number}",
        record=mask.record(record),
        keeps_id=record.student_id == item.master and len({one.student_id for one in item.records}) > 1,
        changed=record.record_id in item.changed_since,
        retired=tuple(retired.get(record.student_id, ())),
        earlier=tuple(
            Earlier(change.title, change.before, version.received)
            for version in (together.versions if together else ())
            if version.record_id == record.record_id and version.number > 1
            for change in version.changes
            if change.before
        ),
    )


def _results(together: ConsolidatedRecord | None) -> dict[str, Result]:
    return {
        one.column: Result(
            text=words.value_words(one.column, one.value),
            gloss=words.iso_day(one.value) if one.column == BORN else None,
            source=one.source,
            why=one.why,
        )
        for one in (together.fields if together else ())
    }


def _parts(group: FieldGroup, records: Sequence[RecordView], mask: Mask) -> tuple[tuple[NamePart, ...], ...]:
    if group.tables is None:
        return ()
    found = []
    for record in records:
        shown = mask.record(record).values
        one, two = SURNAMES
        cuts = [parted(record.values.get(column, ""), group.tables) for column in SURNAMES]
        found.append(surname_parts(shown.get(one, ""), shown.get(two, ""), *cuts))
    return tuple(parts for parts, _ in found) if any(telling for _, telling in found) else ()
