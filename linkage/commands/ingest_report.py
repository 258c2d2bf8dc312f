"""The ingest report as text: how the file was read, the four counts that add up, what was quarantined and what to do."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from linkage.ingest.reasons import CAUTIONS, REASONS
from linkage.ingest.result import IngestReport, ReasonCount
from rules.mde_list import load_mde_list

_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar", "": ""}


def render_report(report: IngestReport, console: Console) -> None:
    """Print the report. Shows headers and line numbers, never a cell."""
    _say(console, f"{report.file_name}: {_how_read(report)}.")
    for note in report.notes:
        _say(console, note)
    console.print(_mapping_table(report))
    if report.mapping.unmapped:
        _say(console, f"Kept as sent, not interpreted: {', '.join(report.mapping.unmapped)}.")
    for column in report.mapping.contested:
        _say(
            console,
            f"Several columns look like {load_mde_list().element(column).label}; none is used. Choose with --map.",
        )
    console.print(_count_table(report))
    for count in report.reasons:
        _say(console, _quarantine_line(count))
    for warning in report.warnings:
        where = f"{_title(warning.field)}: " if warning.field else ""
        _say(
            console,
            f"{where}{CAUTIONS[warning.caution]}; {_rows(warning.rows)}, the first on line {warning.first_line}.",
        )
    _say(console, _next_step(report))


def _say(console: Console, text: str) -> None:
    console.print(Text(text))  # as Text: a header may hold brackets, which are mark-up otherwise


def _how_read(report: IngestReport) -> str:
    delimiter = _DELIMITERS[report.delimiter]
    return f"read as {report.encoding}" + (f", cells divided by {delimiter}" if delimiter else "")


def _title(column: str) -> str:
    return load_mde_list().element(column).title if column else "whole line"


def _mapping_table(report: IngestReport) -> Table:
    table = Table("MDE", "Element", "Column of the file", title="Columns", title_justify="left")
    for column, header in report.mapping.columns.items():
        element = load_mde_list().element(column)
        table.add_row(str(element.number), element.title, Text(header or "(none)"))
    return table


def _count_table(report: IngestReport) -> Table:
    table = Table(title="Lines", title_justify="left", show_header=False, show_footer=True)
    table.add_column(footer="= lines read")
    table.add_column(footer=f"{report.lines_read:,}", justify="right")
    counts = {
        f"accepted ({_rows(report.accepted_rows)})": report.accepted,
        "quarantined": report.quarantined,
        "blank": report.blank,
        "header": report.header_lines,
    }
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    return table


def _quarantine_line(count: ReasonCount) -> str:
    words = REASONS[count.reason]
    lines = f"{count.lines:,} line{'s' if count.lines != 1 else ''}"
    return f"- {count.reason}, {_title(count.field)}: {lines} ({_at(count)}). {words.sentence} {words.remedy}"


def _at(count: ReasonCount) -> str:
    numbers = ", ".join(map(str, count.first_lines))
    return f"at line {numbers}" + (" and more" if count.lines > len(count.first_lines) else "")


def _next_step(report: IngestReport) -> str:
    if not report.accepted_rows:
        return "Next: no row was accepted; mend the lines named above and send the file again."
    if report.quarantined:
        return (
            "Next: mend the quarantined lines in the State system and send the file again; what is already stored does "
            "not change by that. `nearmatch scan` looks for near matches among the accepted rows."
        )
    return "Next: `nearmatch scan` looks for near matches."


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count != 1 else ''}"
