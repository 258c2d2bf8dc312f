"""Where the data of the commands are. Apart from `common.py`, because `nearmatch link` needs no database and should not load one."""

import os
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from linkage.errors import LinkageError
from linkage.store.database import Database

URL_VARIABLE = "NEARMATCH_DATABASE_URL"
STANDING_VARIABLE = "NEARMATCH_STANDING"

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


def standing_folder(data: Path) -> Path | None:
    """Where a scan keeps standing records: NEARMATCH_STANDING, or beside the SQLite file; None for another database without it."""
    given = os.environ.get(STANDING_VARIABLE)
    if given:
        return Path(given)
    url = make_url(database_url(data))
    return Path(f"{url.database}.standing") if url.get_backend_name() == "sqlite" else None


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
