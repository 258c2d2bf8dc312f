"""What a database says when it cannot go on, in words that tell what to do. Whatever was being written then is not there at all."""

import sqlite3
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from linkage.errors import StorageError

_NOTHING = "Nothing of it was stored."
_FULL = (
    f"The disk of the database is full. {_NOTHING}",
    "Free some space on it, run `nearmatch verify`, and do the same again.",
)
_BUSY = (f"Another program has kept the database busy for too long. {_NOTHING}", "Do the same again when it is done.")
_GONE = (
    "The database does not answer any more. What was being written is stored as a whole or not at all.",
    "Start its server, and do the same again.",
)
_READ_ONLY = (f"The database may not be written. {_NOTHING}", "Mend the rights of its folder and files.")
_DAMAGED = ("The file of the database cannot be read or written.", "Check the disk; restore the last copy if need be.")

# Primary result codes of SQLite, and classes of SQLSTATE of PostgreSQL (a longer code before its class).
_SQLITE: Mapping[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _DAMAGED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_POSTGRESQL: Mapping[str, tuple[str, str]] = {
    "53100": _FULL,
    "53300": _BUSY,
    "55P03": _BUSY,
    "40": _BUSY,
    "25006": _READ_ONLY,
    "57P": _GONE,
    "08": _GONE,
    "58030": _DAMAGED,
}


def in_words(error: DBAPIError | NoConnectionError) -> StorageError | None:
    """The failure as something that somebody can mend; None if it is a fault of ours."""
    if isinstance(error, NoConnectionError):
        return StorageError(*_BUSY)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        said = _SQLITE.get(code & 0xFF)
    else:
        state = getattr(error.orig, "sqlstate", None) or ("08" if error.connection_invalidated else "")
        said = next((words for start, words in _POSTGRESQL.items() if state.startswith(start)), None)
    return StorageError(*said) if said else None
