"""A sample as files: one upload a State, in that State's own format, and truth.csv beside them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from io import StringIO
from pathlib import Path

from linkage.evaluate.dice import Dice
from linkage.evaluate.sample import Row, Sample, Truth
from linkage.evaluate.styles import COLUMNS, DATE_COLUMNS, YES_NO_COLUMNS, StateStyle, style_of

TRUTH_COLUMNS = tuple(field.name for field in fields(Truth))
_MANDATORY = ("first_name", "last_name_1", "sex", "birth_date", "qualifying_arrival_date", "enrollment_type")
_DEFECTS = ("missing", "impossible_date", "one_cell_too_many", "cut_short")


@dataclass(frozen=True, slots=True)
class UploadFile:
    """One State's file. `lines` counts the rows of `records` students; `defective` the further ones that cannot be read."""

    path: Path
    state: str
    encoding: str
    lines: int
    records: int
    defective: int


def write(sample: Sample, folder: Path) -> tuple[UploadFile, ...]:
    """Write `<State>.csv` for each State and `truth.csv` into `folder`, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    files = tuple(_write_upload(sample, state, folder / f"{state}.csv") for state in sample.rows)
    text = _csv([TRUTH_COLUMNS, *map(_truth_cells, sample.truth)], "\n")
    (folder / "truth.csv").write_bytes(text.encode("utf-8"))
    return files


def _write_upload(sample: Sample, state: str, path: Path) -> UploadFile:
    style, rows = style_of(state), sample.rows[state]
    lines = [_cells(row, style) for row in rows]
    defective = _defective_lines(sample, state)
    dice = Dice(sample.seed, f"defects of {state}")
    for cells in defective:
        lines.insert(dice.between(0, len(lines)), cells)
    header = [style.headers[column] for column in COLUMNS]
    path.write_bytes(_csv([header, *lines], style.newline).encode(style.encoding))
    records = len({row["state_student_id"] for row in rows})
    return UploadFile(path, state, style.encoding, len(rows), records, len(defective))


def _cells(row: Row, style: StateStyle) -> list[str]:
    return [_as_sent(column, row[column], style) for column in COLUMNS]


def _as_sent(column: str, value: str, style: StateStyle) -> str:
    if not value:
        return ""
    if column in DATE_COLUMNS:
        return date.fromisoformat(value).strftime(style.date_format)
    if column in YES_NO_COLUMNS:
        return style.yes_no[value]
    return style.sex[value] if column == "sex" else value


def _defective_lines(sample: Sample, state: str) -> list[list[str]]:
    """Lines of students who are in no truth, each with one defect for which ingest must set it aside."""
    rows, style = sample.rows[state], style_of(state)
    dice = Dice(sample.seed, f"defective lines of {state}")
    count = round(len(rows) * sample.rates.defective_lines)
    if rows and sample.rates.defective_lines:
        count = max(1, count)
    return [_defective(dice.pick(rows), number, style, dice) for number in range(count)] if rows else []


def _defective(row: Row, number: int, style: StateStyle, dice: Dice) -> list[str]:
    cells = _cells({**row, "state_student_id": f"99{number:07d}"}, style)
    defect = _DEFECTS[number % len(_DEFECTS)]
    if defect == "missing":
        cells[COLUMNS.index(dice.pick(_MANDATORY))] = ""
    elif defect == "impossible_date":
        year = row["birth_date"][:4]
        text = style.date_format.replace("%Y", year).replace("%m", "02").replace("%d", "30")
        cells[COLUMNS.index("birth_date")] = text
    elif defect == "one_cell_too_many":
        cells.insert(COLUMNS.index("birth_city"), "")
    else:
        cells = cells[: dice.between(4, 12)]
    return cells


def _truth_cells(truth: Truth) -> Iterator[str]:
    for column in TRUTH_COLUMNS:
        value = getattr(truth, column)
        yield ";".join(value) if column == "damage" else value


def _csv(lines: Iterable[Iterable[str]], newline: str) -> str:
    text = StringIO()
    csv.writer(text, lineterminator=newline).writerows(lines)
    return text.getvalue()
