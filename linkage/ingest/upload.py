"""The main entry of the room: one State's upload -> accepted rows, quarantined lines, and a report that adds up."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path

from linkage.errors import InputFileError
from linkage.ingest.files import Source, read_source
from linkage.ingest.mapping import ColumnMapping, map_columns, recognized
from linkage.ingest.reasons import Caution
from linkage.ingest.result import (
    AcceptedRow,
    IngestReport,
    IngestResult,
    QuarantinedLine,
    ReasonCount,
    WarningCount,
)
from linkage.ingest.rows import RowReader
from linkage.ingest.values import parse_date
from rules.mde_list import MdeList

FIRST_LINES = 5  # line numbers named in the report for each reason
PROGRESS_EVERY = 1000  # rows


def read_upload(
    path: Path,
    *,
    mde: MdeList,
    today: date,
    mapping: ColumnMapping | None = None,
    progress: Callable[[int], None] | None = None,
) -> IngestResult:
    """Read a CSV, TSV, XLSX or Parquet file in MDE shape.

    `mapping`: what is known of the sender's columns; it wins over guessing. `progress` is told the lines done so far.
    Raises InputFileError (nothing can be read) and ColumnMappingError (a needed column is missing or claimed twice).
    """
    source = read_source(path, partial(recognized, mde=mde))
    _refuse_headless(source, mde, mapping)
    columns = map_columns(source.body.header, mde, mapping)
    reader = RowReader.for_file(source.body, columns, mde, today)
    accepted: list[AcceptedRow] = []
    quarantined = list(source.body.faults)
    cautions = _Cautions()
    for number, raw in enumerate(source.body.rows, start=1):
        read = reader.read(raw)
        if isinstance(read.outcome, AcceptedRow):
            accepted.append(read.outcome)
            cautions.add(raw.line, read.cautions)
        else:
            quarantined.append(read.outcome)
        if progress and number % PROGRESS_EVERY == 0:
            progress(raw.last_line)
    if progress:
        progress(source.body.lines_read)
    quarantined.sort(key=lambda fault: fault.line)
    report = IngestReport(
        file_name=source.file_name,
        sha256=source.sha256,
        encoding=source.body.encoding,
        delimiter=source.body.delimiter,
        header=source.body.header,
        mapping=columns,
        lines_read=source.body.lines_read,
        accepted=sum(row.last_line - row.line + 1 for row in accepted),
        quarantined=sum(fault.lines for fault in quarantined),
        blank=source.body.blank,
        header_lines=source.body.header_lines,
        accepted_rows=len(accepted),
        reasons=_reason_counts(quarantined),
        warnings=cautions.counts(),
        notes=source.body.notes + reader.notes,
    )
    return IngestResult(report, tuple(accepted), tuple(quarantined))


def _refuse_headless(source: Source, mde: MdeList, mapping: ColumnMapping | None) -> None:
    """A first line of data must not become a header: its cells would be shown in messages."""
    header = source.body.header
    if any(parse_date(cell) for cell in header) or (mapping is None and not recognized(header, mde)):
        raise InputFileError(
            f"{source.file_name}: the first line with text holds no column name that is known.",
            "Put a header line on top, with names such as `First Name` or numbers such as `MDE 4`.",
        )


def _reason_counts(faults: Iterable[QuarantinedLine]) -> tuple[ReasonCount, ...]:
    """Counts by reason and field, most lines first."""
    groups: dict[tuple[str, str], list[QuarantinedLine]] = defaultdict(list)
    for fault in faults:
        groups[fault.reason, fault.field].append(fault)
    counts = (
        ReasonCount(
            group[0].reason,
            group[0].field,
            sum(fault.lines for fault in group),
            tuple(fault.line for fault in group[:FIRST_LINES]),
        )
        for group in groups.values()
    )
    return tuple(sorted(counts, key=lambda count: (-count.lines, count.first_lines)))


class _Cautions:
    """Counts of the cautions of accepted rows."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Caution, str], int] = defaultdict(int)
        self._first: dict[tuple[Caution, str], int] = {}

    def add(self, line: int, cautions: Iterable[tuple[Caution, str]]) -> None:
        for key in cautions:
            self._rows[key] += 1
            self._first.setdefault(key, line)

    def counts(self) -> tuple[WarningCount, ...]:
        return tuple(WarningCount(*key, rows, self._first[key]) for key, rows in sorted(self._rows.items()))
