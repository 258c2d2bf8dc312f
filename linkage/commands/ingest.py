"""`nearmatch ingest`: one State's upload file into the store."""

from pathlib import Path

import click
from rich.text import Text

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, open_database
from linkage.commands.ingest_report import render_report
from linkage.errors import LinkageError
from linkage.identity.ids import IdFactory
from linkage.ingest.mapping import ColumnMapping
from linkage.jobs.ingest_upload import UploadOutcome, ingest_file
from rules.errors import RuleFileError
from rules.mde_list import load_mde_list


@click.command("ingest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--state", required=True, help="Postal code of the State that sends the file, such as TX.")
@click.option(
    "--map", "maps", multiple=True, metavar="COLUMN=HEADER", help="Which header is which element; repeatable."
)
@database_option
def command(file: Path, state: str, maps: tuple[str, ...], data: Path) -> None:
    """Store the upload FILE (CSV, TSV, XLSX or Parquet). Sending the same file again changes nothing."""
    try:
        mapping = ColumnMapping.from_options(maps, load_mde_list()) if maps else None
        moment = now()
        with console.status(f"Reading {file.name}") as status:
            outcome = ingest_file(
                open_database(data),
                file,
                state.upper(),
                now=moment,
                today=moment.date(),
                ids=IdFactory(),
                mapping=mapping,
                progress=lambda lines: status.update(f"Reading {file.name}: {lines:,} lines"),
            )
    except (LinkageError, RuleFileError) as error:
        fail(error)
    render_report(outcome.report, console)
    console.print(Text(summary(outcome)))


def summary(outcome: UploadOutcome) -> str:
    """What the upload changed, in one paragraph."""
    parts = [
        f"{outcome.state}: {outcome.new:,} new, {outcome.changed:,} changed, {outcome.unchanged:,} unchanged students."
    ]
    if outcome.upload_id is None and outcome.sent_before:
        parts.append(
            f"This file was stored on {outcome.sent_before:%Y-%m-%d at %H:%M} UTC already; nothing was changed."
        )
    elif outcome.changes_nothing:
        parts.append("Everything it says was known already.")
    if outcome.disagreeing:
        whose = "1 student has" if outcome.disagreeing == 1 else f"{outcome.disagreeing:,} students have"
        parts.append(f"{whose} rows that disagree about the child; the last row counts.")
    if outcome.mapping_renewed:
        parts.append("The columns saved for this State did not fit; they were recognized anew, as shown above.")
    return " ".join(parts)
