"""What the commands share: where the data are, where results and messages go, how a failure is said."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from linkage.errors import LinkageError
from linkage.store.database import Database
from rules.errors import RuleFileError

URL_VARIABLE = "NEARMATCH_DATABASE_URL"

console = Console(stderr=True, highlight=False)  # messages
out = Console(highlight=False)  # results

database_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    envvar="NEARMATCH_DATA",
    show_default=True,
    show_envvar=True,
    help=f"Folder of the data. {URL_VARIABLE} names another database than the SQLite file in it.",
)


def database_url(data: Path) -> str:
    """The address of the database: NEARMATCH_DATABASE_URL, or the SQLite file in the data folder."""
    return os.environ.get(URL_VARIABLE) or f"sqlite:///{data.absolute() / 'nearmatch.sqlite3'}"


def open_database(data: Path) -> Database:
    """The database with all its tables; the folder and the SQLite file are made if there are none."""
    try:
        if not os.environ.get(URL_VARIABLE):
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = Database(database_url(data))
        database.upgrade()
    except (OSError, SQLAlchemyError) as error:
        where = f"that {URL_VARIABLE} names" if os.environ.get(URL_VARIABLE) else f"in {data}"
        raise LinkageError(
            f"The database {where} cannot be opened: {_reason(error)}.", "Mend the address, or start its server."
        ) from error
    return database


def _reason(error: OSError | SQLAlchemyError) -> str:
    """The first line of what the driver says: it names the server, never the password."""
    said = str(getattr(error, "orig", None) or error)
    return said.strip().partition("\n")[0].rstrip(".") or type(error).__name__


def now() -> datetime:
    """The one clock of the command line."""
    return datetime.now(UTC)


def fail(error: LinkageError | RuleFileError) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1; 3 if the database could not be written or reached."""
    console.print(Text(str(error), style="red"))
    raise SystemExit(error.exit_code if isinstance(error, LinkageError) else 1)
