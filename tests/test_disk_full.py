"""A full disk is a clear stop: it says what to do, nothing is half written, and the same command goes through afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from linkage.cli import main
from linkage.errors import StorageError
from linkage.store.database import Database
from linkage.store.failures import in_words
from tests.crash import opened
from tests.identity_helpers import CHILD, child, write_csv
from tests.stored_state import State, state


@pytest.fixture
def full_disk() -> Iterator[None]:
    """SQLite may not use one page more than it has."""

    def limit(connection, _record) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 1}")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    _ingest(folder, *(f"T{number}" for number in range(5)))
    return folder


def _ingest(data: Path, *names: str) -> Result:
    path = data.parent / "TX.csv"
    write_csv(path, [CHILD | child(name) for name in names])
    return CliRunner().invoke(main, ["ingest", str(path), "--state", "TX", "--data", str(data)], catch_exceptions=False)


def _state(data: Path) -> State:
    with (
        opened(f"sqlite:///{data / 'nearmatch.sqlite3'}") as database,
        database.unit_of_work(read_only=True) as session,
    ):
        return state(session)


MANY = [f"N{number}" for number in range(300)]


def test_a_full_disk_stops_an_upload_and_leaves_all_as_it_was(data: Path, request: pytest.FixtureRequest) -> None:
    before = _state(data)
    request.getfixturevalue("full_disk")
    stopped = _ingest(data, *MANY)
    assert stopped.exit_code == StorageError.exit_code == 3
    assert "The disk of the database is full. Nothing of it was stored. Free some space" in " ".join(
        stopped.stderr.split()
    )
    assert "Traceback" not in stopped.output
    assert _state(data) == before


def test_the_same_command_goes_through_once_there_is_space(data: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as disk:
        disk.setattr("linkage.store.database._configure_sqlite", _limited)
        assert _ingest(data, *MANY).exit_code == 3
    assert "300 new" in _ingest(data, *MANY).stderr
    assert CliRunner().invoke(main, ["verify", "--data", str(data)]).exit_code == 0


def _limited(connection, _record) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA max_page_count=1")


class _SaidByPostgresError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__("could not extend file")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "words"),
    [
        ("53100", "disk"),
        ("57P01", "does not answer"),
        ("08006", "does not answer"),
        ("40P01", "busy"),
        ("25006", "not be written"),
    ],
)
def test_what_postgresql_says_is_put_into_words(sqlstate: str, words: str) -> None:
    failure = in_words(OperationalError("INSERT", {}, _SaidByPostgresError(sqlstate)))
    assert failure is not None
    assert words in failure.message
    assert failure.remedy


def test_a_fault_of_ours_stays_a_fault_of_ours(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(DBAPIError, match="no such table"), database.unit_of_work() as session:
        session.execute(text("SELECT * FROM no_table"))
    database.close()
