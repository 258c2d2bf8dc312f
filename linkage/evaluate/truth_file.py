"""Reads what a user knows of their own records: whose each record is, or which pairs are one child, and more if it is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkage.cluster.links import components
from linkage.errors import InputFileError
from linkage.evaluate.labels import RELATIONS, Labels
from linkage.evaluate.pairs import NONE, codes_of, count_within
from linkage.ingest.table import PlainTable, read_plain_table
from linkage.records import Int64

RECORD_COLUMNS = ("record_key", "record_id", "rec_id", "id")
CHILD_COLUMNS = ("child_id", "entity_id", "entity", "cluster_id")
PAIR_COLUMNS = ("id_a", "id_b")
TRADITION, DAMAGE = "tradition", "damage"
MOST_KINDS = 60  # traditions, kinds of damage: more would be names or ids by mistake, and the report must show neither
MOST_TRUE_PAIRS = 10_000_000
NAMED_LINES = 5


@dataclass(frozen=True, slots=True)
class TruthFile:
    """`strangers`: lines that name a record the table does not have. `implied`: pairs that follow from pairs of the file."""

    labels: Labels
    strangers: tuple[int, ...]
    implied: int
    unused: tuple[str, ...]  # columns that mean nothing here


def read_truth(path: Path, ids: Sequence[str]) -> TruthFile:
    """Read a truth of records (`record_id,child_id,...`) or of pairs (`id_a,id_b`) about the records `ids`.

    Raises InputFileError naming file, line, column and remedy.
    """
    table = read_plain_table(path)
    if table.faults:
        fault = table.faults[0]
        raise _fault(path, fault.line, f"the line cannot be read ({fault.reason}).", "Mend it.")
    columns = {header.strip().lower(): table.column(header) for header in table.headers}
    reader = _Reader(path, table, columns, {record: row for row, record in enumerate(ids)})
    read = reader.of_pairs() if set(PAIR_COLUMNS) <= set(columns) else reader.of_records()
    known = int((read.labels.child != NONE).sum())
    if not known or len(read.strangers) == len(table.rows):
        raise InputFileError(
            f"{path.name}: none of its {len(table.rows):,} lines names a record of the table.",
            "Compare the ids; `--id` names the column of the table that holds them.",
        )
    if count_within(read.labels.child) > MOST_TRUE_PAIRS:
        raise InputFileError(
            f"{path.name}: some children would have thousands of records.",
            "Check that the column of children holds another value for each child.",
        )
    return read


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    table: PlainTable
    columns: Mapping[str, tuple[str, ...]]
    row: Mapping[str, int]

    def of_records(self) -> TruthFile:
        record, child = self._first(RECORD_COLUMNS, "records"), self._first(CHILD_COLUMNS, "children")
        self._refuse_doubled(record)
        self._refuse_empty(child)
        at = np.array([self.row.get(one, NONE) for one in self.columns[record]], dtype=np.int64)
        tradition, traditions = self._placed(at, TRADITION), self._kinds(TRADITION)
        relations = {name: column for name, column in RELATIONS.items() if column in self.columns}
        used = {record, child, TRADITION, DAMAGE, *relations.values()}
        labels = Labels(
            child=self._placed(at, child),
            tradition=tradition,
            traditions=traditions,
            damage=dict(self._damage(at)),
            relations={name: self._placed(at, column) for name, column in relations.items()},
        )
        return TruthFile(labels, self._lines(at == NONE), 0, tuple(one for one in self.columns if one not in used))

    def of_pairs(self) -> TruthFile:
        for column in PAIR_COLUMNS:
            self._refuse_empty(column)
        ends = np.array([[self.row.get(one, NONE) for one in self.columns[side]] for side in PAIR_COLUMNS])
        same = np.flatnonzero((ends[0] == ends[1]) & (ends[0] != NONE))
        if len(same):
            raise self._at(int(same[0]), "id_a and id_b name one and the same record.", "Remove the line.")
        known = (ends != NONE).all(axis=0)
        left, right = ends[:, known].min(axis=0), ends[:, known].max(axis=0)
        child = components(len(self.row), left, right)
        given = len(np.unique(left * len(self.row) + right))
        labels = Labels(child, np.full(len(child), NONE, dtype=np.int64), (), {}, {})
        unused = tuple(one for one in self.columns if one not in PAIR_COLUMNS)
        return TruthFile(labels, self._lines(~known), count_within(child) - given, unused)

    def _first(self, names: Sequence[str], what: str) -> str:
        found = next((name for name in names if name in self.columns), None)
        if found is None:
            raise InputFileError(
                f"{self.path.name}: no column with the ids of the {what}; its columns are {', '.join(self.columns)}.",
                f"Call it {names[0]} or {names[1]}; a truth of pairs has the columns id_a and id_b.",
            )
        return found

    def _refuse_doubled(self, column: str) -> None:
        first: dict[str, int] = {}
        for position, value in enumerate(self.columns[column]):
            if first.setdefault(value, position) != position:
                said = f"{column}: this record stands on line {self.table.lines[first[value]]} already."
                raise self._at(position, said, "Keep one line for each record.")

    def _refuse_empty(self, column: str) -> None:
        for position, value in enumerate(self.columns[column]):
            if not value:
                raise self._at(position, f"{column}: the cell is empty.", "Fill it, or remove the line.")

    def _placed(self, at: Int64, column: str) -> Int64:
        """The codes of a column, at the rows of the table; NONE where no line speaks of a row."""
        placed = np.full(len(self.row), NONE, dtype=np.int64)
        if column in self.columns:
            placed[at[at != NONE]] = codes_of(self.columns[column])[at != NONE]
        return placed

    def _kinds(self, column: str) -> tuple[str, ...]:
        cells = self.columns.get(column, ())
        kinds = tuple(dict.fromkeys(kind for cell in cells for kind in _parts(column, cell)))
        if len(kinds) > MOST_KINDS:
            raise InputFileError(
                f"{self.path.name}: the column {column} holds {len(kinds):,} different words; at most {MOST_KINDS} are reported.",
                "Rename the column if it holds something else.",
            )
        return kinds

    def _damage(self, at: Int64) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        cells = [set(_parts(DAMAGE, cell)) for cell in self.columns.get(DAMAGE, ())]
        for kind in sorted(self._kinds(DAMAGE)):
            mask = np.zeros(len(self.row), dtype=bool)
            mask[[row for row, parts in zip(at.tolist(), cells, strict=True) if row != NONE and kind in parts]] = True
            yield kind, mask

    def _lines(self, unknown: NDArray[np.bool_]) -> tuple[int, ...]:
        return tuple(self.table.lines[position] for position in np.flatnonzero(unknown).tolist())

    def _at(self, position: int, problem: str, remedy: str) -> InputFileError:
        return _fault(self.path, self.table.lines[position], problem, remedy)


def _parts(column: str, cell: str) -> list[str]:
    """The kinds that a cell names; several kinds of damage stand with `;` between them."""
    parts = cell.split(";") if column == DAMAGE else [cell]
    return [part.strip() for part in parts if part.strip()]


def _fault(path: Path, line: int, problem: str, remedy: str) -> InputFileError:
    return InputFileError(f"{path.name}, line {line}: {problem}", remedy)
