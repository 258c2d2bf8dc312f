"""The database as the rest of the house sees it: an address, an upgrade, and units of work."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 - handed on: the screens name the type and import no SQL

from linkage.errors import LinkageError
from linkage.store.failures import in_words
from rules.dob_evidence import DobEvidence
from rules.in_force import load_dob_evidence, load_policy, load_roles
from rules.policy import Policy
from rules.roles import Roles

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 60  # how long a writer waits for another before it gives up
# Advisory locks on PostgreSQL; SQLite has one writer anyway. Always taken in this order, and the ledger's head last.
UPLOAD_LOCK, IDENTITY_LOCK = 7_003_001, 7_003_002
# Whoever waits to write keeps a connection meanwhile; readers must find another one.
_POOL: Mapping[str, int] = {"pool_size": 10, "max_overflow": 50, "pool_timeout": BUSY_SECONDS}
# How a unit of work that reads begins. SQLite gives every transaction a snapshot; PostgreSQL is asked for one.
_READING: Mapping[str, Mapping[str, object]] = {
    "sqlite": {"read_only": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


Value = TypeVar("Value")


class Database:
    """One database. `policy`, `roles` and `dob_evidence` are the rules in force; every unit of work carries them along.

    On SQLite a unit of work that writes takes the write lock when it begins, so it never fails half-way because
    another was faster; readers are never blocked (write-ahead log).
    """

    def __init__(
        self,
        url: str,
        *,
        policy: Policy | None = None,
        roles: Roles | None = None,
        dob_evidence: DobEvidence | None = None,
    ) -> None:
        self.url = _with_driver(url)
        self.policy = policy or load_policy()
        self.roles = roles or load_roles()
        self.dob_evidence = dob_evidence or load_dob_evidence()
        self.engine = _engine(self.url)
        self._reader = self.engine.execution_options(**_READING[self.engine.dialect.name])

    @contextmanager
    def unit_of_work(self, *, read_only: bool = False) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises.

        `read_only` does not write, waits for no writer, and sees one moment of the database however many queries it makes.
        Raises StorageError where the database is full, busy or gone.
        """
        info: dict[str, object] = {"policy": self.policy, "roles": self.roles, "dob_evidence": self.dob_evidence}
        if read_only:
            info["read"] = {}  # see `read_once`
        engine = self._reader if read_only else self.engine
        try:
            with Session(engine, expire_on_commit=False, info=info) as session, session.begin():
                yield session
        except (DBAPIError, NoConnectionError) as error:
            failure = in_words(error)
            if failure:
                raise failure from error
            raise

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema up to date; does nothing where it is. Raises LinkageError if a newer version made it."""
        try:
            self._migrate("upgrade", revision)
        except CommandError as error:
            raise LinkageError(
                f"This database cannot be brought to the schema of this version: {error}",
                "Use the version of Near Match that last wrote to it, or a newer one.",
            ) from error

    def downgrade(self, revision: str) -> None:
        """Take the schema back to `revision` ("base" for nothing at all)."""
        self._migrate("downgrade", revision)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _migrate(self, verb: str, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with self.engine.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:  # a table that others point to cannot be rebuilt while the pointers are watched
                _pragma(connection, "foreign_keys=OFF")
            with connection.begin():
                if not sqlite:  # two programs starting at once must not both create the tables
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": IDENTITY_LOCK})
                config.attributes["connection"] = connection
                getattr(command, verb)(config, revision)
            if sqlite:
                _pragma(connection, "foreign_keys=ON")


def read_once(session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
    """What `read` finds; in a unit of work that only reads it is asked once, for nothing changes before its eyes."""
    seen: dict[Hashable, Value] | None = session.info.get("read")
    if seen is None:
        return read()
    if key not in seen:
        seen[key] = read()
    return seen[key]


def lock_identity(session: Session) -> None:
    """Until this unit of work ends, nobody else changes who is who."""
    _lock(session, IDENTITY_LOCK)


def lock_uploads(session: Session) -> None:
    """Until this unit of work ends, nobody else stores an upload."""
    _lock(session, UPLOAD_LOCK)


def _lock(session: Session, number: int) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _with_driver(url: str) -> str:
    """`postgresql://` and `postgres://` mean psycopg 3 here."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        # The connection given back last comes first: it knows our queries and their plans.
        engine = create_engine(url, pool_pre_ping=True, pool_use_lifo=True, **_POOL)
        event.listen(engine, "connect", _configure_postgresql)
        return engine
    in_memory = make_url(url).database in (None, "", ":memory:")  # has one connection and no pool
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **({} if in_memory else _POOL))
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_postgresql(connection: Any, _record: Any) -> None:
    """To compile a query of ours takes it ten times as long as to answer it, and no disk of today has a head to move."""
    connection.execute("SET jit = off")
    connection.execute("SET random_page_cost = 1.1")
    connection.commit()


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours to say: the driver would say it too late
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _pragma(connection: Connection, pragma: str) -> None:
    """Straight to the driver: inside a transaction SQLite ignores this pragma."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA {pragma}")
