"""Accepted rows -> one entry a student: a row is a student with one move and one enrollment, and students have several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkage.ingest.result import AcceptedRow
from rules.mde_list import MdeList


@dataclass(frozen=True, slots=True)
class StudentUpload:
    """All rows of one State student ID, in file order. `demographics` (MDE 2-19) are those of the last row."""

    state_student_id: str
    demographics: Mapping[str, str]
    rows: tuple[AcceptedRow, ...]


@dataclass(frozen=True, slots=True)
class FoldedUpload:
    """Students in order of first appearance. `disagreeing_lines`: for each student whose rows do not all say the same
    of the child, the first line that differs from the student's first.
    """

    students: tuple[StudentUpload, ...]
    disagreeing_lines: tuple[int, ...]

    @property
    def disagreeing(self) -> int:
        """Students whose rows disagree on the demographic elements."""
        return len(self.disagreeing_lines)


def fold_students(rows: Iterable[AcceptedRow], mde: MdeList) -> FoldedUpload:
    """Group rows by State student ID, letter for letter as sent."""
    groups: dict[str, list[AcceptedRow]] = {}
    for row in rows:
        groups.setdefault(row.values["state_student_id"], []).append(row)
    columns = mde.block("demographic")
    students: list[StudentUpload] = []
    disagreeing: list[int] = []
    for state_student_id, group in groups.items():
        first, last = _demographics(group[0], columns), _demographics(group[-1], columns)
        students.append(StudentUpload(state_student_id, last, tuple(group)))
        disagreeing.extend(row.line for row in _first_other(group, first, columns))
    return FoldedUpload(tuple(students), tuple(disagreeing))


def _demographics(row: AcceptedRow, columns: tuple[str, ...]) -> dict[str, str]:
    return {column: row.values[column] for column in columns}


def _first_other(group: list[AcceptedRow], first: Mapping[str, str], columns: tuple[str, ...]) -> list[AcceptedRow]:
    return [row for row in group[1:] if _demographics(row, columns) != first][:1]
