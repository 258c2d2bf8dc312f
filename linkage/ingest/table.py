"""Any table with a header, as text: for `nearmatch link` and `nearmatch score-pairs`, where columns are the user's own."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from linkage.errors import ColumnMappingError
from linkage.ingest.files import read_source
from linkage.ingest.result import QuarantinedLine


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Rows as text, trimmed; `lines[i]` is the first physical line of row i. Lines in `faults` are in no row."""

    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]
    lines: tuple[int, ...]
    faults: tuple[QuarantinedLine, ...]
    encoding: str

    def column(self, header: str) -> tuple[str, ...]:
        """All cells of one column. Raises ValueError if there is no such header."""
        position = self.headers.index(header)
        return tuple(row[position] for row in self.rows)


def read_plain_table(path: Path) -> PlainTable:
    """Read CSV, TSV, XLSX or Parquet. A header cell without text is called `column_3` after its place.

    Raises InputFileError (nothing can be read) and ColumnMappingError (two columns with one name).
    """
    body = read_source(path, recognize=lambda _: 0).body
    headers = tuple(name or f"column_{place}" for place, name in enumerate(body.header, start=1))
    doubled = [name for name, times in Counter(headers).items() if times > 1]
    if doubled:
        raise ColumnMappingError(f"{path.name}: more than one column is called `{doubled[0]}`.", "Rename one of them.")
    rows = [tuple(cell.strip() for cell in row.cells[: len(headers)]) for row in body.rows]
    return PlainTable(headers, rows, tuple(row.line for row in body.rows), body.faults, body.encoding)
