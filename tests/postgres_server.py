"""A real PostgreSQL server in a folder of its own, for tests and benchmarks: started, stopped, killed, started again.

with running() as server:
    server.url("postgres")
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

START_SECONDS = 60
DEATH = ["setpriv", "--pdeathsig", "INT"]  # a killed test run leaves no server behind
# No waiting for the disk: these databases live for a minute.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class PostgresServer:
    """A server that listens on one Unix socket and nowhere else."""

    folder: Path
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://near_match@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """One statement outside any transaction, as CREATE DATABASE needs it."""
        where = f"host={self.folder} user=near_match dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self) -> None:
        """Make its files."""
        command = [str(binaries() / "initdb"), "--pgdata", str(self.folder / "data"), "--username", "near_match"]
        locale = ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run([*_as_postgres(), *command, *locale], check=True, capture_output=True, cwd=self.folder)

    def start(self) -> None:
        """Start it, also after a kill, and wait until it answers. Raises RuntimeError with its log if it does not."""
        end = time.monotonic() + START_SECONDS
        self._spawn()
        while True:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}") from None
                if self.process and self.process.poll() is not None:
                    self._spawn()  # what a killed one has left running is about to end
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Close open sessions and end."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """`kill -9` of the postmaster; its children notice and end."""
        self._end(signal.SIGKILL)

    def quit(self) -> None:
        """Immediate shutdown: nothing is tidied up."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=START_SECONDS)

    def _spawn(self) -> None:
        choices = {"listen_addresses": "", **self.settings}
        options = [part for name, value in choices.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries() / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([*_as_postgres(), *command], stdout=log, stderr=log, cwd=self.folder)


@contextmanager
def running(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server, removed at the end. `durable`: what it has acknowledged is on the disk."""
    # Not under pytest's folder: the path of a Unix socket has 107 characters, and the server's user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="near-match-pg-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = PostgresServer(folder, {} if durable else FAST)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def binaries() -> Path:
    """Where the newest installed server is. Raises RuntimeError."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise RuntimeError(
            "PostgreSQL is not installed. `make test` installs it as root; or: apt-get install postgresql"
        )
    return versions[-1].parent


def _as_postgres() -> list[str]:
    """The server refuses to run as root."""
    own = ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.getuid() == 0 else []
    return [*DEATH, *own]
