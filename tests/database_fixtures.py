"""Databases for tests: a real PostgreSQL server of our own, and SQLite. Loaded by conftest.py."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server that listens on one Unix socket and nowhere else."""

    folder: Path

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://near_match@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """One statement outside any transaction, as CREATE DATABASE needs it."""
        where = f"host={self.folder} user=near_match dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start PostgreSQL in a folder of its own, one server a worker; stopped and removed at the end."""
    binaries = _postgres_binaries()
    # Not under pytest's folder: the path of a Unix socket has 107 characters, and the server's user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="near-match-pg-", dir="/tmp"))
    prefix: list[str] = ["setpriv", "--pdeathsig", "INT"]  # a killed test run leaves no server behind
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        prefix += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    data = folder / "data"
    try:
        initdb = [str(binaries / "initdb"), "--pgdata", str(data), "--username", "near_match", "--auth", "trust"]
        locale = ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run([*prefix, *initdb, *locale], check=True, capture_output=True, cwd=folder)
        with (folder / "log").open("wb") as log:
            command = [*prefix, str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *_fast_and_local()]
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            server = PostgresServer(folder)
            _wait_until_it_answers(server, process)
            yield server
        finally:
            process.send_signal(2)  # "fast" shutdown: open sessions are closed
            process.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        pytest.fail("PostgreSQL is not installed. `make test` installs it as root; or: apt-get install postgresql")
    return versions[-1].parent


def _fast_and_local() -> list[str]:
    """No TCP, and no waiting for the disk: these databases live for a minute."""
    choices = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [part for name, value in choices.items() for part in ("-c", f"{name}={value}")]


def _wait_until_it_answers(server: PostgresServer, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"PostgreSQL did not start:\n{(server.folder / 'log').read_text()}")
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Name of a database with all tables; copying it takes milliseconds, migrating takes seconds."""
    postgres_server.run("CREATE DATABASE migrated")
    _migrate(postgres_server.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables."""
    path = tmp_path_factory.mktemp("migrated") / "nearmatch.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    from linkage.store.database import Database  # here: tests without a database must not need it

    database = Database(url)
    database.upgrade()
    database.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database of this test's own."""
    yield from _postgres_database(postgres_server, "template0")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'nearmatch.sqlite3'}"


BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, on each of the two kinds."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database with the tables of the newest migration, on each of the two kinds."""
    if request.param == "sqlite":
        target = request.getfixturevalue("tmp_path") / "nearmatch.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), target)
        yield f"sqlite:///{target}"
    else:
        template = request.getfixturevalue("postgres_template")
        yield from _postgres_database(request.getfixturevalue("postgres_server"), template)


def _postgres_database(server: PostgresServer, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
