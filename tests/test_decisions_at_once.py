"""One decision wins: many people at once, the last guards of the database itself, and a server that dies amid decisions."""

from concurrent.futures import ThreadPoolExecutor
from queue import Queue

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from linkage.errors import ConflictError, StateChangeError, StorageError
from linkage.identity import decisions
from linkage.identity.verify import check
from linkage.identity.views import Account, Request, Verdict
from linkage.store.database import Database
from linkage.store.models import Decision, Notice, WorklistItem
from tests.identity_helpers import Pair, World, child
from tests.postgres_server import PostgresServer, running
from tests.stress import stress

pytest_plugins = ["tests.identity_fixtures"]


def test_of_many_at_once_one_wins_each_version_and_all_others_are_told(world: World) -> None:
    report = stress(world, threads=12, items=3, tries=4)
    assert report.faults() == []
    assert report.counts["won"] > 0
    assert report.counts["told"] > 0


def test_the_conditional_update_alone_lets_one_win(
    postgres_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL decisions queue for a lock. Were it forgotten somewhere, the version would still be taken once only."""
    database = Database(postgres_url)
    database.upgrade()
    monkeypatch.setattr(decisions, "lock_identity", lambda _session: None)
    report = stress(World(database, tmp_path), threads=8, items=1, tries=4)
    assert report.faults() == []
    database.close()


def _row(item_id: int, key: str, who: Account, world: World) -> dict[str, object]:
    return {
        "item_id": item_id,
        "item_version": 1,
        "verdict": "reopen",
        "actor_id": who.id,
        "at": world.now,
        "idempotency_key": key,
    }


def _store(session: Session, rows: list[dict[str, object]], path: str) -> None:
    if path == "bulk":
        session.execute(insert(Decision), rows)
    else:
        session.add_all(Decision(**row) for row in rows)
        session.flush()


@pytest.mark.parametrize("path", ["flush", "bulk"])
@pytest.mark.parametrize("same", ["version", "key"])
def test_two_decisions_on_one_version_or_with_one_key_are_never_both_stored(
    world: World, pair: Pair, path: str, same: str
) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    rows = [_row(item_id, "a", pair.ana, world), _row(item_id, "b", pair.ben, world)]
    rows[1] |= {"item_version": 2, "idempotency_key": "a"} if same == "key" else {}
    with pytest.raises(IntegrityError), world.database.unit_of_work() as session:
        _store(session, rows, path)
    with world.database.unit_of_work(read_only=True) as session:
        assert session.scalars(select(Decision)).all() == []


def test_an_item_that_has_changed_meanwhile_is_not_overwritten_by_a_flush(world: World, pair: Pair) -> None:
    """What the mapper writes is conditional on the version as well, whoever forgot to claim it."""
    item_id = world.open_item(pair.texas, pair.washington)
    with pytest.raises(StaleDataError), world.database.unit_of_work() as session:
        _overwrite(session, item_id)


def _overwrite(session: Session, item_id: int) -> None:
    item = session.get_one(WorklistItem, item_id)
    session.connection().execute(update(WorklistItem).values(version=7))
    item.returned_reason = "Overwritten."
    session.flush()


def test_the_loser_learns_who_decided_what_and_when(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.TWINS, version=1)
    with pytest.raises(ConflictError) as told:
        world.decide(pair.wanda, item_id, Verdict.SAME, version=1)
    assert "Ana of TX" in str(told.value)
    assert "twins" in str(told.value)
    assert " on 2026-03-02 at " in str(told.value)


@pytest.mark.parametrize("verdict", [Verdict.CLAIM, Verdict.SAME, Verdict.TWINS, Verdict.NEED_INFORMATION])
def test_a_request_sent_twice_is_answered_twice_and_carried_out_once(
    world: World, pair: Pair, verdict: Verdict
) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    first = world.decide(pair.ana, item_id, verdict, version=1, key="one", note="Asked.")
    assert world.decide(pair.ana, item_id, verdict, version=1, key="one", note="Asked.") == first
    with pytest.raises(StateChangeError, match="another decision"):
        world.decide(pair.ben, item_id, verdict, version=1, key="one", note="Asked.")
    assert world.item(pair.ana, item_id).summary.version == 2
    assert world.problems() == []


def test_a_notice_is_kept_once(world: World, pair: Pair) -> None:
    row = {"key": "k", "kind": "reminder", "created": world.now, "account_id": pair.ana.id, "payload": {}}
    with pytest.raises(IntegrityError), world.database.unit_of_work() as session:
        session.execute(insert(Notice), [row, row])


@pytest.mark.parametrize("end", ["kill", "quit"])
def test_a_database_server_killed_under_load_loses_nothing_that_was_acknowledged(tmp_path, end: str) -> None:
    with running(durable=True) as server:
        database = Database(server.url("postgres"))
        database.upgrade()
        world = World(database, tmp_path)
        pair = _pair(world)
        acknowledged: Queue[str] = Queue()
        with ThreadPoolExecutor(4) as pool:
            for number, who in enumerate((pair.ana, pair.ben) * 2):
                pool.submit(
                    _decide_until_it_fails,
                    world,
                    who,
                    world.open_item(pair.texas, pair.washington),
                    acknowledged,
                    number,
                )
            keys = [acknowledged.get(timeout=60) for _ in range(8)]
            _end(server, end)
        keys += list(acknowledged.queue)
        server.start()
        with database.unit_of_work(read_only=True) as session:
            stored = set(session.scalars(select(Decision.idempotency_key)))
            assert [finding.problems for finding in check(session) if not finding.holds] == []
        assert set(keys) <= stored
        assert len(stored) <= len(keys) + 4  # what was committed while its answer was on the way
        database.close()


def _end(server: PostgresServer, how: str) -> None:
    if how == "kill":
        server.kill()
    else:
        server.quit()


def _pair(world: World) -> Pair:
    world.upload("TX", child("T1"))
    world.upload("WA", child("W1", last_name_2=""))
    people = [world.person(name, state) for name, state in (("ana", "TX"), ("ben", "TX"), ("wanda", "WA"))]
    return Pair(world.record("TX", "T1"), world.record("WA", "W1"), *people)


def _decide_until_it_fails(world: World, who: Account, item_id: int, acknowledged: "Queue[str]", number: int) -> None:
    """Ask for information and open the item again, over and over, until the database does not answer."""
    count = 0
    while True:
        count += 1
        try:
            with world.database.unit_of_work() as session:
                item = session.get_one(WorklistItem, item_id)
                verdict = Verdict.REOPEN if item.status == "waiting_information" else Verdict.NEED_INFORMATION
                request = Request(item_id, item.version, verdict, f"{number}-{count}", note="Asked.")
                decisions.decide(session, who, request, now=world.now)
        except StorageError:
            return
        except StateChangeError:
            continue
        acknowledged.put(f"{number}-{count}")
