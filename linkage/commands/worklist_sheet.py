"""`nearmatch worklist-sheet`: decide offline. The open items as a sheet, and the filled sheet back, first as a dry run."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.text import Text

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, open_database
from linkage.commands.progress import stages
from linkage.commands.tables import OutPath, write_csv
from linkage.errors import InputFileError, LinkageError
from linkage.identity import accounts
from linkage.jobs.sheet_import import Answer, Result, count_items, import_sheet, read_filled
from linkage.jobs.worklist_sheet import export_sheet

_as_option = click.option("--as", "username", required=True, help="User name of the person who decides.")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group("worklist-sheet")
def command() -> None:
    """Decide in a spreadsheet: export the open items, fill in, import."""


@command.command("export")
@click.argument("path", type=OutPath())
@_as_option
@_json_option
@database_option
def export(path: Path, username: str, as_json: bool, data: Path) -> None:
    """Write the items that a person can decide now to PATH, a workbook (.xlsx) or .csv.

    It holds children's data, and the ledger keeps that it was taken out.
    """
    try:
        database = open_database(data)
        with database.unit_of_work(read_only=True) as session:
            account = accounts.named(session, username)
        items, rows = export_sheet(database, account, path, now=now())
    except LinkageError as error:
        fail(error)
    if as_json:
        click.echo(json.dumps({"file": str(path), "items": items, "rows": rows}, ensure_ascii=False))
    else:
        click.echo(f"{items:,} items in {rows:,} rows written to {path}.")


@command.command("import")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@_as_option
@click.option("--apply", is_flag=True, help="Decide; without it nothing is changed.")
@click.option("--report", type=OutPath(), help="Write what became of each item to this CSV file.")
@_json_option
@database_option
def import_(path: Path, username: str, data: Path, *, apply: bool, report: Path | None, as_json: bool) -> None:
    """Say what the decisions in PATH would do, item by item; with --apply, make them."""
    answers: list[Answer] = []
    failure: LinkageError | None = None
    try:
        _decide(path, username, data, answers, apply=apply)
    except LinkageError as error:
        failure = error  # after the report of what was done before it
    if failure and not answers:
        fail(failure)
    if apply and report is None:
        report = path.with_name(f"{path.stem}.report.csv")
    if report is not None:
        failure = _write(report, answers) or failure
    if as_json:
        click.echo(json.dumps({"applied": apply, "items": [asdict(one) for one in answers]}, ensure_ascii=False))
    else:
        _show(answers, report, apply=apply)
    if failure:
        fail(failure)
    if any(one.result is Result.REFUSED for one in answers):
        raise SystemExit(1)


def _decide(path: Path, username: str, data: Path, answers: list[Answer], *, apply: bool) -> None:
    """Appends each answer as it comes."""
    database = open_database(data)
    sheet = read_filled(path)
    of = count_items(sheet)
    with database.unit_of_work(read_only=True) as session:
        account = accounts.named(session, username)
    with stages() as progress:
        for answer in import_sheet(database, account, sheet, apply=apply, clock=now):
            answers.append(answer)
            progress("items", len(answers), of)


def _show(answers: Sequence[Answer], report: Path | None, *, apply: bool) -> None:
    for one in answers:
        if one.result is not Result.NO_DECISION:
            lines = ", ".join(map(str, one.lines))
            click.echo(f"item {one.item or '?'}\tline {lines}\t{one.result}\t{one.sentence}")
    counts = Counter(one.result for one in answers)
    console.print(", ".join(f"{counts[result]:,} {result}" for result in Result if counts[result]) or "No items.")
    if report is not None:
        console.print(Text(f"Written to {report}."))
    if not apply:
        console.print("Nothing was changed. Give --apply to decide.")


def _write(report: Path, answers: Sequence[Answer]) -> LinkageError | None:
    """Write the report; why that failed, to be said when everything else is said."""
    rows = (
        (one.item, " ".join(map(str, one.lines)), str(one.result), one.sentence, one.decision_id or "")
        for one in answers
    )
    try:
        write_csv(report, ("item", "lines", "result", "sentence", "decision"), rows)
    except OSError as error:
        return InputFileError(
            f"{report.name} cannot be written ({error.strerror}).",
            "What is said here holds; name another file with --report.",
        )
    return None
