"""`nearmatch ledger`: keep the ledger's head, signed, outside the database, so that nobody can write the past anew unseen."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, open_database
from linkage.commands.progress import counted
from linkage.errors import KeyFileError, LinkageError, StateChangeError
from linkage.identity import ledger_check, ledger_heads
from linkage.identity.ledger_heads import SignedHead
from linkage.store.models import LedgerHead

file_path = click.Path(dir_okay=False, path_type=Path)
folder_path = click.Path(file_okay=False, path_type=Path)


@click.group("ledger")
def command() -> None:
    """Make the key that signs the ledger's head, and export the head every day."""


@command.command("make-key")
@click.argument("file", type=file_path)
def make_key(file: Path) -> None:
    """Make a private key in FILE and its public key in FILE.pub. Keep the first to yourself; auditors get the second."""
    try:
        public = ledger_heads.make_keys(file)
    except LinkageError as error:
        fail(error)
    click.echo(f"private key: {file} (keep it outside the data folder, and a copy in a safe place)")
    click.echo(f"public key:  {public} (for auditors)")


@command.command("export-head")
@click.option(
    "--to",
    "folder",
    required=True,
    type=folder_path,
    help="Folder of the heads, outside the data folder; auditors hold copies.",
)
@click.option("--key", required=True, type=file_path, help="Private key of `nearmatch ledger make-key`.")
@database_option
def export_head(folder: Path, key: Path, data: Path) -> None:
    """Check the ledger against the heads in the folder, then sign its last event. Nothing is signed if anything is wrong."""
    try:
        secret = ledger_heads.private_key(key)
        heads, wrong = ledger_heads.read(folder, secret.public_key())
        with open_database(data).unit_of_work(read_only=True) as session, counted("events") as progress:
            wrong += ledger_check.problems(session, heads, progress=progress)
            last = _last(session)
        if wrong:
            raise StateChangeError(
                f"The ledger is not what it was: {wrong[0]}",
                "Run `nearmatch verify --ledger` with --heads. No head was exported.",
            )
        head = ledger_heads.sign(last.seq, last.hash, now(), secret)
        path = ledger_heads.write(head, folder)
    except OSError as error:
        fail(KeyFileError(f"The folder {folder} cannot be written: {error.strerror}.", "Choose another one."))
    except LinkageError as error:
        fail(error)
    if path is None:
        console.print(f"No event since the last head; {folder / head.file_name} stands.")
    else:
        click.echo(f"{path}: {head.seq:,} events, {head.hash}")


def _last(session: Session) -> LedgerHead:
    return session.get_one(LedgerHead, 1)


def signed_heads(folder: Path, public_key: Path) -> tuple[list[SignedHead], list[str]]:
    """The heads of a folder for `nearmatch verify`. Raises KeyFileError if there is none at all: they were there to be found."""
    heads, wrong = ledger_heads.read(folder, ledger_heads.public_key(public_key))
    if not heads and not wrong:
        raise KeyFileError(
            f"There is no signed head in {folder}.", "Name the folder that `nearmatch ledger export-head` fills."
        )
    return heads, wrong
