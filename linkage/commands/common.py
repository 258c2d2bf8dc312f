"""What the commands share: where the data are, how a failure is said."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.text import Text

from linkage.errors import LinkageError
from linkage.store.database import Database
from rules.errors import RuleFileError

URL_VARIABLE = "NEARMATCH_DATABASE_URL"

console = Console(stderr=True, highlight=False)

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
    if URL_VARIABLE not in os.environ:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(database_url(data))
    database.upgrade()
    return database


def now() -> datetime:
    """The one clock of the command line."""
    return datetime.now(UTC)


def fail(error: LinkageError | RuleFileError) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1."""
    console.print(Text(str(error), style="red"))
    raise SystemExit(1)
