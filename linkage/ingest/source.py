"""What every format's reader makes of a file: a header, rows and faults, with every line accounted for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linkage.ingest.reasons import Reason
from linkage.ingest.result import QuarantinedLine

MAX_CELL = 32_767  # characters; what a workbook cell holds at most

Recognize = Callable[[Sequence[str]], int]  # how many cells of a line are headers that we know


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as sent, on the physical lines `line`..`last_line` (from 1)."""

    line: int
    last_line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The content of a file. Lines of rows, faults, blank and header lines add up to `lines_read`."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[RawRow, ...]
    faults: tuple[QuarantinedLine, ...]
    lines_read: int
    blank: int
    header_lines: int
    notes: tuple[str, ...] = ()
    texts: Sequence[str] = ()  # the physical lines, where there are any
    serial_dates: bool = False  # a bare number may be Excel's day count

    def text_of(self, row: RawRow) -> str:
        """The row as sent: its physical lines, or its cells with tabs between them."""
        return "".join(self.texts[row.line - 1 : row.last_line]) if self.texts else "\t".join(row.cells)


def cell_fault(cells: Sequence[str]) -> tuple[Reason, str] | None:
    """Reason and description of a cell that must not go further: too long, or with a NUL that no database takes."""
    for number, cell in enumerate(cells, start=1):
        if len(cell) > MAX_CELL:
            return Reason.OVERSIZED_CELL, f"cell {number} has {len(cell):,} characters"
        if "\0" in cell:
            return Reason.NUL_BYTE, f"a NUL in cell {number}"
    return None
