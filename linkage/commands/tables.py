"""Reading and writing the plain tables of `link`, `score-pairs`, `train` and `evaluate`."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path

import click
import numpy as np
from rich.text import Text

from linkage.commands.common import console
from linkage.errors import InputFileError, ModelError
from linkage.ingest.reasons import REASONS
from linkage.ingest.result import QuarantinedLine
from linkage.ingest.table import PlainTable, read_plain_table
from linkage.records import RecordTable, TextColumn
from linkage.standardize.dates import read_date
from rules.rulebook import Rulebook


class OutPath(click.Path):
    """A file to write. Its folder must be there: better said before an hour's work than after it."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: str | PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(super().convert(value, param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"there is no folder `{path.parent}` to write it in.", param, ctx)
        return path


NAMED_FAULTS = 5
Unread = tuple[tuple[str, QuarantinedLine], ...]  # with the name of the file
ID_COLUMNS = ("record_id", "rec_id", "record_key", "id")


def read_whole(path: Path) -> PlainTable:
    """Read a table and refuse it when a line could not be read: a lost line would be a lost record."""
    table = read_plain_table(path)
    if table.faults:
        raise _refusal(path, table.faults)
    return table


def _refusal(path: Path, faults: Sequence[QuarantinedLine]) -> InputFileError:
    named = ", ".join(f"line {fault.line} ({fault.reason})" for fault in faults[:NAMED_FAULTS])
    more = " and more" if len(faults) > NAMED_FAULTS else ""
    return InputFileError(
        f"{path.name}: {len(faults):,} lines could not be read: {named}{more}.",
        "Mend these lines and run again; nothing was written.",
    )


def read_records(path: Path, id_column: str, source: str) -> tuple[RecordTable, Unread]:
    """All columns of a table as text, one record a row; and the lines that could not be read.

    `id_column` "" = the first usual id column, else the row number; a line that could not be read keeps its number.
    """
    table = read_plain_table(path)
    if table.faults and not len(table):
        raise _refusal(path, table.faults)
    columns = dict(zip(table.headers, table.columns, strict=True))
    ids = _ids(path, columns, id_column) or _row_numbers(table)
    unread = tuple((path.name, fault) for fault in table.faults)
    return RecordTable(ids, columns, (source,) * len(ids)), unread


def _ids(path: Path, columns: Mapping[str, TextColumn], wanted: str) -> tuple[str, ...]:
    """The ids of the records; none if no column holds them."""
    if wanted and wanted not in columns:
        raise ModelError(f"{path.name} has no column `{wanted}`.", f"Its columns are {', '.join(columns)}.")
    column = wanted or next((name for name in ID_COLUMNS if name in columns), "")
    if not column:
        return ()
    texts = columns[column]
    if np.any(np.bincount(texts.codes) > 1):
        raise ModelError(
            f"{path.name}: the ids in `{column}` are not unique.", "Name another column with `--id`, or leave it out."
        )
    return tuple(texts)


def _row_numbers(table: PlainTable) -> tuple[str, ...]:
    unread = np.sort(np.array([fault.line for fault in table.faults], dtype=np.int64))
    numbers = np.arange(1, len(table) + 1) + np.searchsorted(unread, table.lines)
    return tuple(map(str, numbers.tolist()))


def account_for_unread(unread: Unread, out: Path) -> None:
    """Write the lines that could not be read beside `out`, and say so: such a line is a record that is in no result."""
    if not unread:
        return
    beside = out.with_suffix(".unread.csv")
    rows = ((name, fault.line, REASONS[fault.reason].sentence, fault.text) for name, fault in unread)
    write_csv(beside, ("file", "line", "reason", "text"), rows)
    lines = "1 line" if len(unread) == 1 else f"{len(unread):,} lines"
    console.print(f"{lines} could not be read; their records are in no result. All are in {beside}, the first:")
    for name, fault in unread[:NAMED_FAULTS]:
        console.print(Text(f"  {name}, line {fault.line}: {REASONS[fault.reason].sentence}"))


def join(first: RecordTable, second: RecordTable) -> RecordTable:
    """Two tables as one; the ids of both get the source in front where an id stands in both."""
    shared = set(first.ids) & set(second.ids)
    ids = [
        f"{source}:{record}" if record in shared else record
        for table in (first, second)
        for record, source in zip(table.ids, table.sources, strict=True)
    ]
    columns = {
        name: _column(first, name).followed_by(_column(second, name))
        for name in dict.fromkeys([*first.columns, *second.columns])
    }
    return RecordTable(tuple(ids), columns, first.sources + second.sources)


def _column(table: RecordTable, name: str) -> TextColumn:
    return table.columns.get(name) or TextColumn.blank(len(table))


def say_unread_dates(table: RecordTable, columns: Iterable[str], rulebook: Rulebook) -> None:
    """Count the cells of date columns that say something but no date: silently they would only be missing."""
    unread = 0
    for column in (table.columns[name] for name in columns if name in table.columns):
        times = np.bincount(column.codes, minlength=len(column.values)).tolist()
        said = ((cell, count) for cell, count in zip(column.values, times, strict=True) if cell.strip())
        unread += sum(count for cell, count in said if not read_date(cell, rulebook.tables).year)
    if unread:
        console.print(f"Birth dates that cannot be read, or are placeholders, and count as missing: {unread:,}.")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as UTF-8 CSV, whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    unfinished.replace(path)
