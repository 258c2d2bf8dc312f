"""Files whose cells have types, XLSX and Parquet -> rows of text. A row plays the part of a line."""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from linkage.errors import InputFileError
from linkage.ingest.result import QuarantinedLine
from linkage.ingest.source import Body, RawRow, Recognize, cell_fault
from linkage.ingest.values import clean

MAX_CELLS = (
    20_000_000  # the reader allots the whole rectangle, so one stray value in the last row would take all memory
)
MAX_UNPACKED = 1 << 30
_CHUNK = 1 << 20
_VALUE_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\sr=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>""")

_DAMAGED = "Open it in the program that made it, save it again, or send it as CSV."


def read_workbook(data: bytes, recognize: Recognize) -> Body:
    """The sheet whose first row holds most known headers; the first sheet with cells if there is none. No formula is run."""
    _refuse_unsafe_workbook(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {
            name: _grid(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in workbook.sheet_names
        }
    except CalamineError as error:
        raise InputFileError(f"The workbook cannot be read ({type(error).__name__}).", _DAMAGED) from None
    filled = {name: grid for name, grid in sheets.items() if any(map(any, grid))}
    if not filled:
        raise InputFileError("The workbook has no sheet with cells in it.", "Export it again; nothing was stored.")
    chosen = max(filled, key=lambda name: recognize(next(row for row in filled[name] if any(row))))
    return _body_of_sheet(chosen, filled[chosen], others=len(filled) - 1)


def _body_of_sheet(name: str, grid: list[tuple[str, ...]], *, others: int) -> Body:
    head = next(i for i, row in enumerate(grid) if any(row))
    notes = [f"Sheet `{name}` is read."]
    if others:
        notes.append(f"Sheets that are not read: {others}.")
    return _body(grid[head], grid[head + 1 :], first_line=head + 2, encoding="XLSX workbook", notes=tuple(notes))


def read_parquet(data: bytes, recognize: Recognize) -> Body:
    """Column names are the header; there is no header line. Row 1 is the first row of data."""
    import pyarrow as pa  # noqa: PLC0415 - a third of a second that no other format should pay
    import pyarrow.parquet as pq  # noqa: PLC0415

    del recognize  # a Parquet file knows its header
    try:
        table = pq.read_table(pa.BufferReader(data))
        if table.num_rows * table.num_columns > MAX_CELLS:
            raise InputFileError(f"The file has more than {MAX_CELLS:,} cells.", "Send it in parts.")
        columns = [column.to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputFileError(f"The Parquet file cannot be read ({type(error).__name__}).", _DAMAGED) from None
    header = tuple(table.column_names)
    return _body(header, _grid(zip(*columns, strict=True)), first_line=1, encoding="Parquet", notes=())


def _body(
    header: tuple[str, ...], grid: list[tuple[str, ...]], *, first_line: int, encoding: str, notes: tuple[str, ...]
) -> Body:
    rows: list[RawRow] = []
    faults: list[QuarantinedLine] = []
    blank = header_lines = 0
    for line, cells in enumerate(grid, start=first_line):
        fault = cell_fault(cells)
        if fault:
            faults.append(QuarantinedLine(line, line, fault[0], "", fault[1], "\t".join(cells)))
        elif not any(map(str.strip, cells)):
            blank += 1
        elif cells == header:
            header_lines += 1
        else:
            rows.append(RawRow(line, line, cells))
    return Body(
        encoding=encoding,
        delimiter="",
        header=tuple(map(clean, header)),
        rows=tuple(rows),
        faults=tuple(faults),
        lines_read=first_line - 1 + len(grid),
        blank=blank + max(0, first_line - 2),
        header_lines=header_lines + (first_line > 1),
        notes=notes,
        serial_dates=encoding.startswith("XLSX"),
    )


def _grid(rows: Iterable[Sequence[Any]]) -> list[tuple[str, ...]]:
    return [tuple(map(text_of, row)) for row in rows]


def text_of(value: Any) -> str:
    """A typed cell as a person would type it: whole numbers without a point, midnight without a time."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def _refuse_unsafe_workbook(data: bytes) -> None:
    """A file that is no workbook, unpacks to too much, or spans more cells than fit in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise InputFileError(
                    "The file is a ZIP archive but no Excel workbook.", "Send the .xlsx or .csv file itself."
                )
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise InputFileError(f"The workbook unpacks to more than {MAX_UNPACKED:,} bytes.", "Send it in parts.")
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _refuse_vast_sheet(archive, name)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError):
        raise InputFileError("The file is called .xlsx but is no Excel workbook, or it is damaged.", _DAMAGED) from None


def _refuse_vast_sheet(archive: zipfile.ZipFile, name: str) -> None:
    rows = columns = 0
    tail = b""
    with archive.open(name) as sheet:
        while chunk := sheet.read(_CHUNK):
            text = tail + chunk
            for letters, row in _VALUE_CELL.findall(text):
                rows = max(rows, int(row))
                columns = max(columns, _column_number(letters))
            tail = text[text.rfind(b"<") :]
            if rows * columns > MAX_CELLS:
                raise InputFileError(
                    f"A sheet of the workbook spans {rows:,} rows and {columns:,} columns.",
                    "Delete stray values far right and far below the table, or send it as CSV.",
                )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
