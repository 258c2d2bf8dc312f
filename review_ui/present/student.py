"""The student page, and students side by side before they are merged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from linkage.identity.masking import Mask
from linkage.identity.student.views import ConsolidatedRecord, ConsolidatedView, DisputeView, VersionView
from linkage.identity.views import RecordView
from review_ui.present.journey import Journey, build_journey
from rules.guards import AttendanceGuard


@dataclass(frozen=True, slots=True)
class StudentPage:
    """`names`: record id -> State and that State's ID, numbered where two are called the same. `versions`: record id -> its versions, the latest first."""

    student: ConsolidatedView
    journey: Journey
    names: Mapping[str, str]
    versions: Mapping[str, Sequence[VersionView]]
    standing: tuple[DisputeView, ...]  # the statements that are not withdrawn
    hidden: frozenset[tuple[str, str]]  # record id and column of the values that stand there as dots


@dataclass(frozen=True, slots=True)
class Row:
    """One field of several students. `result`: what the merged record would say."""

    column: str
    title: str
    values: tuple[str, ...]
    result: str
    differs: bool


def build_student(
    student: ConsolidatedView, limits: AttendanceGuard, mask: Mask, state_name: Callable[[str], str]
) -> StudentPage:
    """`state_name`: how a State is called in the reader's language."""
    names = _numbered(student.records, state_name)
    labels = _numbered(student.records, str)
    versions: dict[str, list[VersionView]] = {one: [] for one in names}
    for version in reversed(student.record.versions):
        versions[version.record_id].append(version)
    return StudentPage(
        student=student,
        journey=build_journey(student.record.timeline, labels, limits),
        names=names,
        versions=versions,
        standing=tuple(one for one in student.record.disputes if one.withdrawn is None),
        hidden=frozenset(
            (one.record_id, column)
            for one in student.records
            for column in one.values
            if mask.hides(one.record_id, column)
        ),
    )


def _numbered(records: Sequence[RecordView], said: Callable[[str], str]) -> dict[str, str]:
    """Covered IDs look alike; there the number says which record is which. `said`: how a State is called."""
    names = [f"{said(one.state)} {one.state_student_id}" for one in records]
    return {
        one.record_id: name if names.count(name) == 1 else f"{name} ({names[: at + 1].count(name)})"
        for at, (one, name) in enumerate(zip(records, names, strict=True))
    }


def side_by_side(students: Sequence[ConsolidatedView], together: ConsolidatedRecord | None) -> tuple[Row, ...]:
    """Every field that somebody fills, those that differ first. `together`: the merged record, None where there can be none."""
    rows = []
    for number, field in enumerate(students[0].fields):
        values = tuple(student.fields[number].value for student in students)
        if any(values):
            result = together.fields[number].value if together else ""
            rows.append(Row(field.column, field.title, values, result, len(set(filter(None, values))) > 1))
    return tuple(sorted(rows, key=lambda row: not row.differs))
