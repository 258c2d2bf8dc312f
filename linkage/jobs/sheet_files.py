"""A table of text as a file for spreadsheet programs, XLSX or CSV, and back: no cell is a formula, and none changes on the way."""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from linkage.errors import ColumnMappingError, InputFileError
from linkage.formulas import is_formula
from linkage.ingest.files import read_bytes, source_of
from linkage.ingest.source import RawRow
from rules.mde_list import fold

COMMENT = "#"  # a row of one such cell tells how to fill the sheet
_TABLE, _HELP, _CHOICES = "Worklist", "How to fill", "Choices"
_WIDTH, _SHADE = 16, "#EEF3F8"  # characters; every second group of rows
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}

# A character that some reader or writer of such files would change stands as its number, [U+000D]. So do the openings of such a
# number and of a workbook's own (_x000D_) where a text contains them.
_SPELLED = re.compile(r"\[U\+((?!D[89A-F])[0-9A-F]{4})\]")  # half a character beyond the plane is none
_OPENING = re.compile(r"\[(?=U\+[0-9A-F]{4}\])|_(?=x[0-9A-Fa-f]{4}_)")
_NO_CHARACTERS = "\ufffe\uffff"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text under a header. `group`: the column whose equal cells belong together; `choices`: column -> what can be chosen there."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    group: int
    choices: Mapping[str, Sequence[str]]
    help: Sequence[str]


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row as it came back; `values` by column, of the columns that were asked for, "" where the file has none."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """`unread`: line numbers that are no row."""

    sha256: str
    rows: tuple[FilledRow, ...]
    unread: tuple[int, ...]


def write_sheet(path: Path, sheet: Sheet) -> None:
    """Write the file, whole or not at all, for its owner's eyes only. Raises InputFileError, also for another ending."""
    makers = {".xlsx": _as_workbook, ".csv": _as_csv}
    if path.suffix.lower() not in makers:
        raise InputFileError(f"{path.name}: a worklist is written as .xlsx or .csv.", "Give the file such an ending.")
    content = makers[path.suffix.lower()](sheet)
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()  # half a sheet holds children's data as well
        raise InputFileError(
            f"{path.name} cannot be written ({error.strerror}).", "Check the folder, its rights and its space."
        ) from None


def read_sheet(path: Path, columns: Sequence[str], needed: Sequence[str]) -> FilledSheet:
    """Read a sheet that somebody has filled in, with its columns in any order and others between them.

    Raises InputFileError (nothing can be read) and ColumnMappingError (a needed column is missing, or one is there twice).
    """
    folded = {fold(column) for column in columns}
    source = source_of(path, read_bytes(path), recognize=lambda cells: sum(fold(cell) in folded for cell in cells))
    headers = [fold(cell) for cell in source.body.header]
    for column in columns:
        if headers.count(fold(column)) != 1 and (column in needed or fold(column) in headers):
            how = "more than one column" if fold(column) in headers else "no column"
            raise ColumnMappingError(f"{path.name}: {how} is called `{column}`.", "Export the worklist again.")
    places = {column: headers.index(fold(column)) for column in columns if fold(column) in headers}
    marked = bool(source.body.delimiter)

    def filled(row: RawRow) -> FilledRow:
        cells = {column: original(row.cells[place], marked=marked) for column, place in places.items()}
        return FilledRow(row.line, dict.fromkeys(columns, "") | cells)

    rows = tuple(filled(row) for row in source.body.rows if not _is_comment(row))
    unread = tuple(line for fault in source.body.faults for line in range(fault.line, fault.last_line + 1))
    return FilledSheet(source.sha256, rows, unread)


def _is_comment(row: RawRow) -> bool:
    said = [cell for cell in row.cells if cell.strip()]
    return len(said) == 1 and said[0].lstrip().startswith(COMMENT)


def cell_of(text: str, *, marked: bool) -> str:
    """The text as a cell that every spreadsheet program leaves as it is. `marked`: an apostrophe keeps it from being a formula.

    A workbook says of each cell that it is text, and needs no mark; CSV cannot say so.
    """
    spelled = "".join(map(_spelled, _OPENING.sub(lambda found: _number(found[0]), text)))
    return f"'{spelled}" if marked and _takes_mark(spelled) else spelled


def original(cell: str, *, marked: bool) -> str:
    """The text that `cell_of` made into this cell."""
    bare = cell[1:] if marked and cell.startswith("'") and _takes_mark(cell[1:]) else cell
    return _SPELLED.sub(lambda found: chr(int(found[1], 16)), bare)


def _takes_mark(text: str) -> bool:
    return is_formula(text) or text.startswith("'")


def _spelled(letter: str) -> str:
    return _number(letter) if unicodedata.category(letter) == "Cc" or letter in _NO_CHARACTERS else letter


def _number(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def _as_csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.header)
    blank = ("",) * (len(sheet.header) - 1)
    writer.writerows((f"{COMMENT} {line}", *blank) for line in sheet.help)
    writer.writerows([cell_of(cell, marked=True) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")  # a spreadsheet program takes other bytes for Windows-1252


def _as_workbook(sheet: Sheet) -> bytes:
    content = io.BytesIO()
    with Workbook(content, _AS_TEXT) as book:
        bold, plain = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        shaded = book.add_format({"num_format": "@", "bg_color": _SHADE, "border": 1, "border_color": "#D0D7DE"})
        table, how, choices = (book.add_worksheet(name) for name in (_TABLE, _HELP, _CHOICES))
        for place, title in enumerate(sheet.header):
            table.write_string(0, place, title, bold)
        table.set_column(0, len(sheet.header) - 1, _WIDTH)
        table.freeze_panes(1, 0)
        for line, (row, odd) in enumerate(_banded(sheet), start=1):
            for place, cell in enumerate(row):
                table.write_string(line, place, cell_of(cell, marked=False), shaded if odd else plain)
        for line, sentence in enumerate(sheet.help):
            how.write_string(line, 0, sentence)
        how.set_column(0, 0, 120)
        _offer(table, choices, sheet)
        choices.hide()
    return content.getvalue()


def _banded(sheet: Sheet) -> Iterator[tuple[Sequence[str], bool]]:
    """Each row, and whether its group is an odd one."""
    odd, before = True, None
    for row in sheet.rows:
        odd = odd if row[sheet.group] == before else not odd
        before = row[sheet.group]
        yield row, odd


def _offer(table: Worksheet, choices: Worksheet, sheet: Sheet) -> None:
    """Lists to choose from. They stand on a sheet of their own, for Excel takes only 255 characters of a list itself."""
    for place, (column, offered) in enumerate(sheet.choices.items()):
        for line, word in enumerate(offered):
            choices.write_string(line, place, word)
        letter, at = chr(ord("A") + place), sheet.header.index(column)
        source = f"={_CHOICES}!${letter}$1:${letter}${len(offered)}"
        rule = {"validate": "list", "source": source, "error_title": column, "error_message": "Choose from the list."}
        table.data_validation(1, at, max(1, len(sheet.rows)), at, rule)
