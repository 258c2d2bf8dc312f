"""The schema on both databases: migrations, constraints that the database itself keeps, units of work."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from linkage.errors import LinkageError
from linkage.identity import ledger
from linkage.identity.ledger import EventKind
from linkage.identity.views import Verdict
from linkage.store.database import Database
from linkage.store.models import AccountRow, Base, Membership, SourceRecord, Student
from tests.identity_helpers import START, Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def test_the_migrations_make_exactly_the_schema_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_up_down_and_up_again(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    database.upgrade()
    database.upgrade()
    database.downgrade("base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.upgrade()
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    database.close()


def test_migrations_go_down_with_data_in_every_table(world: World) -> None:
    world.upload("TX", child("T1"), child("T2"))
    records = world.record("TX", "T1"), world.record("TX", "T2")
    world.merge(world.person("ana", "TX"), world.person("ben", "TX"), *records)
    world.database.downgrade("base")
    world.database.upgrade()
    assert world.problems() == []


def test_a_database_of_a_newer_version_is_refused_in_plain_words(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LinkageError, match="newer"):
        database.upgrade()


@pytest.mark.parametrize("statement", ["UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event"])
def test_the_database_refuses_to_change_the_ledger(database: Database, statement: str) -> None:
    with database.unit_of_work() as session:
        ledger.append(session, EventKind.ACCOUNT_CREATED, actor_id=None, at=START, payload={"account": 1})
    with pytest.raises(DBAPIError, match="append-only"), database.unit_of_work() as session:
        session.execute(text(statement))


def test_postgresql_refuses_to_truncate_the_ledger(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.upgrade()
    with pytest.raises(DBAPIError, match="append-only"), database.unit_of_work() as session:
        session.execute(text("TRUNCATE ledger_event"))
    database.close()


@pytest.mark.parametrize("student_id", ["12345678901", "12345678901a", "1234567 9012", "1234567890123"])
def test_a_student_id_is_twelve_digits(database: Database, student_id: str) -> None:
    with pytest.raises((IntegrityError, DBAPIError)), database.unit_of_work() as session:
        session.add(Student(id=student_id, created=START))


def test_a_record_cannot_belong_to_two_students_at_a_time(database: Database) -> None:
    with database.unit_of_work() as session:
        session.add_all([Student(id="123456789012", created=START), Student(id="123456789013", created=START)])
        session.flush()
        record = SourceRecord(state="TX", state_student_id="T1", home_student_id="123456789012", created=START)
        session.add(record)
        session.flush()
        session.add(Membership(source_record_id=record.id, student_id="123456789012", valid_from=START))
    with pytest.raises(IntegrityError), database.unit_of_work() as session:
        session.add(Membership(source_record_id=record.id, student_id="123456789013", valid_from=START))


def test_a_student_that_others_point_to_cannot_be_deleted(database: Database) -> None:
    with database.unit_of_work() as session:
        session.add(Student(id="123456789012", created=START))
        session.flush()
        session.add(SourceRecord(state="TX", state_student_id="T1", home_student_id="123456789012", created=START))
    with pytest.raises(IntegrityError), database.unit_of_work() as session:
        session.execute(text("DELETE FROM student"))


def test_a_unit_of_work_leaves_nothing_behind_when_it_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit_of_work() as session:
        _write_and_fail(session)
    with database.unit_of_work(read_only=True) as session:
        assert session.get(Student, "123456789012") is None


def test_a_unit_of_work_that_reads_sees_one_moment(database: Database) -> None:
    """Otherwise a check or a scan would find half of what somebody is deciding."""
    with database.unit_of_work(read_only=True) as reader:
        assert reader.scalars(select(Student.id)).all() == []
        with database.unit_of_work() as writer:
            writer.add(Student(id="123456789012", created=START))
        assert reader.scalars(select(Student.id)).all() == []
    with database.unit_of_work(read_only=True) as reader:
        assert reader.scalars(select(Student.id)).all() == ["123456789012"]


@pytest.mark.parametrize("step", ["merge", "undo"])
def test_a_decision_that_fails_at_its_last_step_leaves_nothing_behind(
    world: World, pair: Pair, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    decision = world.decide(pair.ana, item_id, Verdict.SAME).decision_id
    if step == "undo":
        world.decide(pair.wanda, item_id, Verdict.VALIDATE)
    before = world.snapshot(), world.item(pair.ana, item_id)
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "append", _fail)
        with pytest.raises(ZeroDivisionError):
            world.undo(pair.ana, decision) if step == "undo" else world.decide(pair.wanda, item_id, Verdict.VALIDATE)
    assert (world.snapshot(), world.item(pair.ana, item_id)) == before
    assert world.problems() == []


def _fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def _write_and_fail(session: Session) -> None:
    session.add(Student(id="123456789012", created=START))
    session.flush()
    raise ZeroDivisionError


def test_a_moment_without_a_time_zone_is_refused_and_others_come_back_in_utc(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.unit_of_work() as session:
        session.add(Student(id="123456789012", created=datetime(2026, 3, 2, 8, 0)))  # noqa: DTZ001
    with database.unit_of_work() as session:
        session.add(Student(id="123456789012", created=START))
    with database.unit_of_work(read_only=True) as session:
        assert session.get_one(Student, "123456789012").created == START
        assert session.get_one(Student, "123456789012").created.tzinfo is UTC


def test_user_names_are_kept_in_lower_case(database: Database) -> None:
    row = {"display_name": "", "role": "", "password_hash": "", "must_change_password": True, "failed_count": 0}
    with pytest.raises(IntegrityError), database.unit_of_work() as session:
        session.add(AccountRow(username="Ana", disabled=False, created=START, **row))


def test_sqlite_watches_foreign_keys_and_writes_ahead(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.upgrade()
    with database.unit_of_work(read_only=True) as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    database.close()


def test_a_reader_on_sqlite_does_not_wait_for_a_writer(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.upgrade()
    with database.unit_of_work() as writer:
        writer.add(Student(id="123456789012", created=START))
        writer.flush()
        with database.unit_of_work(read_only=True) as reader:
            assert reader.get(Student, "123456789012") is None
    database.close()
