"""Any table with a header, as text: for `nearmatch link` and `nearmatch score-pairs`, where columns are the user's own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linkage.errors import ColumnMappingError, InputFileError
from linkage.ingest.arrow import read_parquet_in_bulk
from linkage.ingest.bulk import read_text_in_bulk
from linkage.ingest.files import is_text, read_bytes, refuse_binary, source_of
from linkage.ingest.result import QuarantinedLine
from linkage.ingest.values import clean
from linkage.records import Int64, TextColumn

BULK_BYTES = 1 << 20  # from here on the bulk reader is worth loading


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Columns of text, trimmed; `lines[i]` is the first physical line of row i. Lines in `faults` are in no row."""

    headers: tuple[str, ...]
    columns: tuple[TextColumn, ...]
    lines: Int64
    faults: tuple[QuarantinedLine, ...]
    encoding: str

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table row by row; of a large one this takes a while."""
        return list(zip(*self.columns, strict=True))

    def column(self, header: str) -> tuple[str, ...]:
        """All cells of one column. Raises ValueError if there is no such header."""
        return tuple(self.columns[self.headers.index(header)])


def read_plain_table(path: Path, *, bulk_bytes: int = BULK_BYTES) -> PlainTable:
    """Read CSV, TSV, XLSX or Parquet. A header cell without text is called `column_3` after its place.

    A file of `bulk_bytes` or more is read in bulk, if that leaves no doubt; the result is the same.
    Raises InputFileError (nothing can be read) and ColumnMappingError (two columns with one name).
    """
    data = read_bytes(path)
    return (_in_bulk(path, data) if len(data) >= bulk_bytes else None) or _with_care(path, data)


def _in_bulk(path: Path, data: bytes) -> PlainTable | None:
    if not is_text(path):
        read = read_parquet_in_bulk(data) if path.suffix.lower() == ".parquet" else None
    else:
        try:
            refuse_binary(data)
        except InputFileError:
            return None  # said by the careful reader
        read = read_text_in_bulk(data)
    if read is None:
        return None
    headers = _headers(path, [clean(name) for name in read.header])
    return PlainTable(headers, read.columns, read.lines, read.faults, read.encoding)


def _with_care(path: Path, data: bytes) -> PlainTable:
    body = source_of(path, data, recognize=lambda _: 0).body
    headers = _headers(path, body.header)
    cells = [[row.cells[place].strip() for row in body.rows] for place in range(len(headers))]
    lines = np.array([row.line for row in body.rows], dtype=np.int64)
    return PlainTable(headers, tuple(map(TextColumn.of, cells)), lines, body.faults, body.encoding)


def _headers(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    headers = tuple(name or f"column_{place}" for place, name in enumerate(names, start=1))
    doubled = [name for name, times in Counter(headers).items() if times > 1]
    if doubled:
        raise ColumnMappingError(f"{path.name}: more than one column is called `{doubled[0]}`.", "Rename one of them.")
    return headers
