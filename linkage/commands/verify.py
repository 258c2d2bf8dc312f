"""`nearmatch verify`: check every invariant of the store, the ledger's chain included."""

from pathlib import Path

import click

from linkage.commands.common import console, fail
from linkage.commands.database import database_option, open_database
from linkage.errors import LinkageError
from linkage.identity.verify import check

MOST = 10  # problems shown of one invariant


@click.command("verify")
@database_option
def command(data: Path) -> None:
    """Check that what is stored is whole: exit code 0 if every invariant holds, 1 otherwise."""
    try:
        with open_database(data).unit_of_work(read_only=True) as session:
            findings = check(session)
    except LinkageError as error:
        fail(error)
    for finding in findings:
        click.echo(f"{'ok    ' if finding.holds else 'FAILED'}  {finding.name:<12} {finding.sentence}")
        for problem in finding.problems[:MOST]:
            click.echo(f"        {problem}")
        if len(finding.problems) > MOST:
            click.echo(f"        and {len(finding.problems) - MOST:,} more")
    broken = sum(not finding.holds for finding in findings)
    if broken:
        console.print(f"{broken} of {len(findings)} invariants are broken. Stop deciding, and restore or ask for help.")
        raise SystemExit(1)
