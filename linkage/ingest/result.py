"""What ingest hands on: accepted rows, quarantined lines and a report whose four counts add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from linkage.ingest.mapping import ColumnMapping
from linkage.ingest.reasons import Caution, Reason


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """One row of the upload. `line`..`last_line` are the physical lines it stands on, counted from 1.

    `values` holds every element of the MDE list (canonical column -> normalized value, "" = missing); `raw` the cells as
    sent, in the order of the report's `header`.
    """

    line: int
    last_line: int
    values: Mapping[str, str]
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarantinedLine:
    """Lines that were not accepted. `found` describes the fault without personal data; `text` is the line as sent."""

    line: int
    last_line: int
    reason: Reason
    field: str  # canonical column, "" when the whole line is at fault
    found: str
    text: str

    @property
    def lines(self) -> int:
        return self.last_line - self.line + 1


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Quarantined physical lines of one reason and field, with the first few line numbers."""

    reason: Reason
    field: str
    lines: int
    first_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WarningCount:
    caution: Caution
    field: str
    rows: int
    first_line: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """How the file was read. Counts are of physical lines; in a workbook or Parquet file a row plays the part of a line.

    `notes` are plain sentences about choices made for the whole file ("H means hombre"). Nothing here is personal data.
    """

    file_name: str
    sha256: str
    encoding: str
    delimiter: str  # "" for XLSX and Parquet
    header: tuple[str, ...]
    mapping: ColumnMapping
    lines_read: int
    accepted: int
    quarantined: int
    blank: int
    header_lines: int
    accepted_rows: int
    reasons: tuple[ReasonCount, ...]
    warnings: tuple[WarningCount, ...]
    notes: tuple[str, ...]

    @property
    def adds_up(self) -> bool:
        return self.accepted + self.quarantined + self.blank + self.header_lines == self.lines_read


@dataclass(frozen=True, slots=True)
class IngestResult:
    report: IngestReport
    rows: tuple[AcceptedRow, ...]
    quarantined: tuple[QuarantinedLine, ...]
