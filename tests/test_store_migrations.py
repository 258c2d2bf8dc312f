"""Migrations up and down with data: every table since 0002 filled, every status, kind and verdict, on both databases."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import DateTime, Table, func, insert, select, text
from sqlalchemy.orm import Session

from linkage.identity.views import Kind, Status, Verdict
from linkage.store.base import UtcDateTime
from linkage.store.database import Database
from linkage.store.models import Base
from tests.identity_helpers import START, World, child

pytest_plugins = ["tests.identity_fixtures"]

NEW_TABLES = [
    name
    for revision in ("0002_decisions", "0003_screens")
    for name in import_module(f"linkage.store.migrations.versions.{revision}").NEW_TABLES
]
OLD_STATUSES = {"open", "waiting_validation", "waiting_information", "applied", "superseded"}
OLD_KINDS = {"near_match", "suggested_split"}

# What a CHECK asks for, beside what the type does.
WORDS: dict[str, dict[str, Any]] = {
    "item_place": {"level": "state", "state": "FL", "status": "applied"},
    "notice": {"state": "TX"},
    "preference": {"language": "en", "theme": "system", "density": "compact"},
    "blocking_miss": {"record_b": 2},
    "dispute_statement": {"statement": "That is not my birth date.", "made_by": "parent"},
}


@pytest.fixture
def full(world: World) -> World:
    """A merge in force, and then, row by row, all that the later versions have words for."""
    world.upload("TX", child("T1", school_district="Weslaco"), child("T2"), child("T3"))
    world.merge(
        world.person("ana", "TX"), world.person("ben", "TX"), world.record("TX", "T1"), world.record("TX", "T2")
    )
    with world.database.unit_of_work() as session:
        for number, status in enumerate(Status):
            _add(
                session,
                "worklist_item",
                key=f"status {number}",
                status=str(status),
                kind="near_match",
                **_needs(status),
            )
        for number, kind in enumerate(Kind):
            origin = {"scan_id": None, "flagged_by": 1} if number % 2 else {}
            _add(session, "worklist_item", key=f"kind {number}", status="open", kind=str(kind), **origin)
        for number, verdict in enumerate(Verdict):
            actor = {"actor_id": None} if verdict is Verdict.APPLY else {}
            key = f"verdict {number}"
            _add(session, "decision", item_version=100 + number, verdict=str(verdict), idempotency_key=key, **actor)
        for number, why in enumerate(("undone", "overruled", "identity_changed"), start=1):
            row = {"record_a": 1, "record_b": 3, "kind": "cannot_link", "active": False, "ended_at": START}
            _add(session, "pair_constraint", decision_id=number, ended_because=why, **row)
        for name in NEW_TABLES:
            _add(session, name, **WORDS.get(name, {}))
    return world


def _needs(status: Status) -> dict[str, Any]:
    """What the database asks of an item in this state."""
    later = START + timedelta(days=1)
    return {
        Status.CLAIMED: {"claimed_by": 1, "claimed_until": later},
        Status.WAITING_VALIDATION: {"waiting_decision_id": 1, "proposer_id": 1},
        Status.APPROVED: {"waiting_decision_id": 1, "applies_at": later},
    }.get(status, {})


def _add(session: Session, name: str, **values: Any) -> None:
    """A row: what is not said is the first of what it points to, one, a moment, or a word."""
    table = Base.metadata.tables[name]
    row = {column.name: _filler(column) for column in table.columns if not column.nullable and column.name != "id"}
    if name == "worklist_item":
        row |= {"scan_id": 1, "probability": 0.5}
    if name == "decision":
        row |= {"actor_id": 1}
    session.execute(insert(table), [row | values])


def _filler(column: Any) -> Any:
    if column.foreign_keys:
        return 1
    if isinstance(column.type, (UtcDateTime, DateTime)):
        return START
    if column.type.python_type is dict or column.name in {"payload", "detail"}:
        return {}
    if column.name == "guards":
        return []
    if column.type.python_type is bool:
        return False
    if column.type.python_type in {int, float}:
        return 1
    return "" if column.name in {"ended_because", "procedure", "region", "agreed_date", "state"} else "word"


def _counts(database: Database, tables: list[Table]) -> dict[str, int]:
    with database.unit_of_work(read_only=True) as session:
        return {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


def _distinct(database: Database, column: str, table: str) -> set[str]:
    with database.unit_of_work(read_only=True) as session:
        return set(session.scalars(text(f"SELECT DISTINCT {column} FROM {table}")))


def test_every_table_has_a_row_before_it_is_taken_down(full: World) -> None:
    tables = [Base.metadata.tables[name] for name in NEW_TABLES]
    assert [name for name, number in _counts(full.database, tables).items() if not number] == []
    assert _distinct(full.database, "status", "worklist_item") == set(Status)
    assert _distinct(full.database, "kind", "worklist_item") == set(Kind)
    assert _distinct(full.database, "verdict", "decision") == set(Verdict)


def test_down_and_up_again_loses_no_row_that_the_older_version_has_a_table_for(full: World) -> None:
    database = full.database
    older = [table for name, table in Base.metadata.tables.items() if name not in NEW_TABLES]
    before = _counts(database, older)
    database.downgrade("0001")
    assert _distinct(database, "status", "worklist_item") <= OLD_STATUSES
    before["scan"] += 1  # what people flagged has no scan; the older version asks for one
    assert _counts(database, older) == before
    with database.unit_of_work(read_only=True) as session:
        assert session.scalar(text("SELECT count(*) FROM decision WHERE actor_id IS NULL")) == 0
    database.upgrade()
    assert _counts(database, older) == before
    assert _distinct(database, "district", "source_record") == {"", "Weslaco"}  # of the latest enrollment
    _is_the_schema_of_the_models(database)
    _the_head_is_guarded(database)
    database.downgrade("base")
    database.upgrade()
    _is_the_schema_of_the_models(database)


def _the_head_is_guarded(database: Database) -> None:
    """By the triggers that went down with it."""
    with pytest.raises(Exception, match="advances"), database.unit_of_work() as session:
        session.execute(text("DELETE FROM ledger_head"))


def _is_the_schema_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
