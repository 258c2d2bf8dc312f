"""`nearmatch scan`: find the near matches among all stored records and bring the worklist up to date."""

import time
from pathlib import Path

import click
from rich.table import Table

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, open_database, standing_folder
from linkage.commands.progress import stages
from linkage.errors import LinkageError
from linkage.jobs.scan import ScanOutcome, run_scan
from linkage.store import standing_files
from rules.errors import RuleFileError
from rules.rulebook import load_rulebook


@click.command("scan")
@database_option
@click.option("--full", is_flag=True, help="Look at all records, even if few have changed since the last full scan.")
@click.option("--forget", is_flag=True, help="Remove the standing records of earlier scans, and keep none of this one.")
def command(data: Path, full: bool, forget: bool) -> None:
    """Look for records that may be one child. A second scan changes nothing if nothing has changed.

    Only records that are new or have changed since the last full scan are looked at, as long as they are few.
    """
    started = time.monotonic()
    folder = standing_folder(data)
    try:
        rulebook = load_rulebook()
        with stages() as progress:
            database = open_database(data)
            if forget and folder:
                standing_files.forget(folder)
                folder, full = None, True
            outcome = run_scan(database, rulebook, now=now(), folder=folder, full=full, progress=progress)
    except (LinkageError, RuleFileError) as error:
        fail(error)
    console.print(_what_was_done(outcome))
    console.print(_summary(outcome, time.monotonic() - started))
    console.print(_next_step(outcome))


def _what_was_done(outcome: ScanOutcome) -> str:
    if outcome.why_full:
        return f"Full scan: {outcome.why_full}"
    return "Scan of what has changed since the last full scan, against all records."


def _summary(outcome: ScanOutcome, seconds: float) -> Table:
    table = Table(show_header=False, box=None)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("records", f"{outcome.records:,}")
    table.add_row("  looked at anew", f"{outcome.looked_at:,}")
    table.add_row("candidate pairs", f"{outcome.candidate_pairs:,}")
    table.add_row("near matches", f"{outcome.near_matches:,}")
    for kind, number in sorted(outcome.proposals.items()):
        table.add_row(f"proposals: {kind.replace('_', ' ')}", f"{number:,}")
    changes = outcome.changes
    table.add_row("  new in the worklist", f"{len(changes.opened):,}")
    table.add_row("  of these, asked again", f"{changes.returned:,}")
    table.add_row("  renewed", f"{len(changes.refreshed):,}")
    table.add_row("  as they were", f"{changes.unchanged:,}")
    table.add_row("  decided meanwhile", f"{changes.overtaken:,}")
    table.add_row("items that are gone", f"{len(changes.superseded):,}")
    table.add_row("time", f"{seconds:,.1f} s")
    return table


def _next_step(outcome: ScanOutcome) -> str:
    if not outcome.records:
        return "Next: store an upload with `nearmatch ingest FILE --state TX`."
    if outcome.scan_id is None:
        return "Nothing has changed since the last scan."
    return "Next: `nearmatch serve`, and decide."
