"""`nearmatch verify`: check every invariant of the store, the ledger's chain included."""

from collections.abc import Iterable
from pathlib import Path

import click

from linkage.commands.common import console, fail
from linkage.commands.database import database_option, open_database
from linkage.commands.ledger import file_path, folder_path, signed_heads
from linkage.commands.progress import counted
from linkage.errors import LinkageError
from linkage.identity import ledger_check
from linkage.identity.ledger_heads import SignedHead
from linkage.identity.verify import check
from linkage.store.database import Database

MOST = 10  # problems shown of one invariant


@click.command("verify")
@click.option("--ledger", "ledger_only", is_flag=True, help="The ledger only: every event, streamed.")
@click.option("--heads", "folder", type=folder_path, help="Folder of signed heads; the ledger must contain every one.")
@click.option("--public-key", type=file_path, help="Public key of the heads.")
@database_option
def command(ledger_only: bool, folder: Path | None, public_key: Path | None, data: Path) -> None:
    """Check that what is stored is whole: exit code 0 if every invariant holds, 1 otherwise.

    Only with --heads and --public-key is it found that somebody with all rights to the database has written the end of the ledger
    anew, or cut it off together with its head row.
    """
    if (folder is None) != (public_key is None):
        raise click.UsageError("--heads and --public-key belong together.")
    try:
        heads, wrong = signed_heads(folder, public_key) if folder and public_key else ([], [])
        database = open_database(data)
        holds = [] if ledger_only else _invariants(database)
        if ledger_only or folder:
            holds += _ledger(database, heads, wrong)
    except LinkageError as error:
        fail(error)
    if not all(holds):
        console.print(
            f"{holds.count(False)} of {len(holds)} checks failed. Stop deciding, and restore or ask for help."
        )
        raise SystemExit(1)


def _invariants(database: Database) -> list[bool]:
    with database.unit_of_work(read_only=True) as session:
        return [_holds(finding.name, finding.sentence, finding.problems) for finding in check(session)]


def _ledger(database: Database, heads: list[SignedHead], wrong: list[str]) -> list[bool]:
    """The signed heads, and the chain from its first event on."""
    holds = [_holds("heads", f"{len(heads):,} signed heads can be relied on.", wrong)] if heads or wrong else []
    with database.unit_of_work(read_only=True) as session, counted("events") as progress:
        found = ledger_check.problems(session, heads, progress=progress)
        return [*holds, _holds("ledger", "The ledger is one unbroken chain, with every signed head.", found)]


def _holds(name: str, sentence: str, problems: Iterable[str]) -> bool:
    """Print one check. The problems are counted, not kept."""
    number = 0
    for number, problem in enumerate(problems, start=1):
        if number == 1:
            click.echo(f"FAILED  {name:<12} {sentence}")
        if number <= MOST:
            click.echo(f"        {problem}")
    if number > MOST:
        click.echo(f"        and {number - MOST:,} more")
    if not number:
        click.echo(f"ok      {name:<12} {sentence}")
    return number == 0
