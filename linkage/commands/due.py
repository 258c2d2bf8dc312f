"""`nearmatch due`: what the clock asks for, to be run every hour or so."""

from pathlib import Path

import click

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, open_database
from linkage.errors import LinkageError
from linkage.jobs.due import do_what_is_due


@click.command("due")
@database_option
def command(data: Path) -> None:
    """Apply approved decisions whose day has come, remind of deadlines, pass up what is overdue. Run it every hour."""
    try:
        done = do_what_is_due(open_database(data), now=now())
    except LinkageError as error:
        fail(error)
    click.echo(f"Applied {len(done.applied)}, reminded of {len(done.reminded)}, passed up {len(done.passed_up)}.")
    click.echo(f"Information is overdue for {len(done.information_overdue)}.")
    for item_id, reason in done.refused:
        console.print(f"Item {item_id} could not be applied: {reason}")
    if done.refused:
        raise SystemExit(1)
