"""The ledger afterwards: whatever is done to it is found, the end written anew as well, because its heads were signed and kept elsewhere."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from linkage.cli import main
from linkage.errors import KeyFileError
from linkage.identity import ledger, ledger_check, ledger_heads
from linkage.identity.ledger import EventKind
from linkage.identity.ledger_heads import SignedHead
from linkage.store.database import Database
from linkage.store.models import LedgerEvent, LedgerHead
from tests.identity_helpers import START
from tests.ledger_mutations import KINDS, disarm, mutations

pytest_plugins = ["tests.identity_fixtures"]

LENGTH = 30


def fill(database: Database, length: int = LENGTH) -> None:
    with database.unit_of_work() as session:
        for number in range(length):
            payload = {"account": number, "role": "primary_user", "state": "TX"}
            ledger.append(session, EventKind.ACCOUNT_CREATED, actor_id=number, at=START, payload=payload)


def head_of(database: Database) -> SignedHead:
    with database.unit_of_work(read_only=True) as session:
        last = session.get_one(LedgerHead, 1)
        return SignedHead(last.seq, last.hash, START, "")


@pytest.mark.parametrize("seed", range(3))
def test_random_mutations_of_every_kind_are_found(database: Database, seed: int) -> None:
    fill(database, Random(seed).randint(8, LENGTH))
    heads = [head_of(database)]
    tried = list(mutations(database, heads, 2 * len(KINDS), seed))
    assert Counter(name for name, _ in tried) == dict.fromkeys(KINDS, 2)
    assert [name for name, problems in tried if not problems] == []
    assert all(problem.endswith(".") for _, problems in tried for problem in problems)
    with database.unit_of_work(read_only=True) as session:
        assert ledger_check.verify_chain(session) == []


def test_only_a_signed_head_reveals_a_tail_that_was_forged_with_right_hashes(database: Database) -> None:
    fill(database)
    dice, head = Random(1), head_of(database)
    with database.unit_of_work() as session:
        disarm(session)
        KINDS["forge the tail"](session, dice, LENGTH)
        assert ledger_check.verify_chain(session) == []
        (problem,) = ledger_check.problems(session, [head])
        KINDS["cut the tail with its head"](session, dice, LENGTH)
        assert ledger_check.verify_chain(session) == []
        (gone,) = ledger_check.problems(session, [head])
    assert problem.startswith("Event 30 is not the one that was signed on 2026-03-02")
    assert gone == "Event 30, signed on 2026-03-02, is not in the ledger."


def test_faults_that_follow_each_other_are_told_as_one_stretch(database: Database) -> None:
    fill(database)
    with database.unit_of_work() as session:
        disarm(session)
        session.execute(text("UPDATE ledger_event SET actor_id = 99 WHERE seq BETWEEN 3 AND 7"))
        session.execute(text("DELETE FROM ledger_event WHERE seq IN (12, 13)"))
        assert ledger_check.verify_chain(session) == [
            "Events 3 to 7 are not what was written.",
            "Events 12 to 13 are missing.",
            "Event 14 does not continue the event before it.",
        ]


def test_what_is_no_event_at_all_does_not_stop_the_check(sqlite_url: str) -> None:
    """SQLite keeps anything in any column."""
    database = Database(sqlite_url)
    database.upgrade()
    fill(database)
    with database.unit_of_work() as session:
        disarm(session)
        session.execute(text("UPDATE ledger_event SET at = 'yesterday' WHERE seq = 3"))
        session.execute(text("UPDATE ledger_event SET payload = x'00ff' WHERE seq = 5"))
        session.execute(text("UPDATE ledger_event SET at = substr(at, 1, 19) WHERE seq = 7"))
        numbers = [problem.split()[1] for problem in ledger_check.verify_chain(session)]
    assert numbers == ["3", "5", "7"]
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET kind = 'x'",
        "DELETE FROM ledger_event",
        "INSERT INTO ledger_event SELECT seq + 100, prev_hash, 'f', kind, actor_id, at, payload FROM ledger_event WHERE seq = 1",
        "UPDATE ledger_head SET hash = 'x'",
        "UPDATE ledger_head SET seq = seq - 1",
        "DELETE FROM ledger_head",
    ],
)
def test_the_database_refuses_to_change_the_ledger_or_to_turn_its_head_back(database: Database, statement: str) -> None:
    fill(database, 2)
    with pytest.raises(DBAPIError, match=r"append-only|advances"), database.unit_of_work() as session:
        session.execute(text(statement))


def test_sqlite_does_not_let_an_event_be_replaced(sqlite_url: str) -> None:
    """INSERT OR REPLACE deletes without asking the triggers on DELETE."""
    database = Database(sqlite_url)
    database.upgrade()
    fill(database, 2)
    with pytest.raises(DBAPIError, match="append-only"), database.unit_of_work() as session:
        session.execute(
            text("INSERT OR REPLACE INTO ledger_event SELECT seq, hash, 'f', kind, 7, at, payload FROM ledger_event")
        )
    database.close()


@pytest.mark.parametrize("table", ["ledger_event", "ledger_head"])
def test_postgresql_refuses_to_empty_the_ledger(postgres_url: str, table: str) -> None:
    database = Database(postgres_url)
    database.upgrade()
    with pytest.raises(DBAPIError, match=r"append-only|advances"), database.unit_of_work() as session:
        session.execute(text(f"TRUNCATE {table}"))
    database.close()


def test_a_long_ledger_is_checked_in_little_memory_and_says_how_far_it_is(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_check, "BATCH", 50)
    database = Database(sqlite_url)
    database.upgrade()
    told: list[int] = []
    peaks = []
    for length in (100, 500):
        fill(database, length)
        tracemalloc.start()
        with database.unit_of_work(read_only=True) as session:
            assert list(ledger_check.problems(session, progress=told.append)) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert told == [50, 100, *range(50, 601, 50)]
    assert peaks[1] < peaks[0] + 100_000
    database.close()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """`nearmatch` on a data folder of its own, with a ledger of some events, a pair of keys and a folder of heads."""
    data = tmp_path / "data"
    data.mkdir()
    database = Database(f"sqlite:///{data / 'nearmatch.sqlite3'}")
    database.upgrade()
    fill(database)
    database.close()
    ledger_heads.make_keys(tmp_path / "key")
    places = {"DATA": data, "HEADS": tmp_path / "heads", "KEY": tmp_path / "key", "PUBLIC": tmp_path / "key.pub"}

    def run_command(line: str) -> Result:
        words = [str(places.get(word, word)) for word in line.split()]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return run_command


EXPORT = "ledger export-head --to HEADS --key KEY --data DATA"
VERIFY = "verify --ledger --heads HEADS --public-key PUBLIC --data DATA"


def _grow_and_forge(folder: Path, *, forge: bool) -> None:
    database = Database(f"sqlite:///{folder / 'data' / 'nearmatch.sqlite3'}")
    fill(database, 5)
    if forge:
        with database.unit_of_work() as session:
            disarm(session)
            KINDS["forge the tail"](session, Random(4), LENGTH)
    database.close()


def test_a_head_is_exported_once_an_event_and_verify_relies_on_it(run: Callable[..., Result], tmp_path: Path) -> None:
    first = run(EXPORT)
    path = tmp_path / "heads" / "ledger-head-000000000030.json"
    assert (first.exit_code, first.stdout.split(":")[0]) == (0, str(path))
    assert sorted(json.loads(path.read_text())) == ["at", "hash", "seq", "signature", "what"]
    assert "stands" in run(EXPORT).stderr
    _grow_and_forge(tmp_path, forge=False)
    assert run(EXPORT).exit_code == 0
    assert [one.name for one in sorted((tmp_path / "heads").iterdir())] == [path.name, "ledger-head-000000000035.json"]
    verified = run(VERIFY)
    assert verified.exit_code == 0
    assert "2 signed heads" in verified.stdout
    assert "ok      ledger" in run("verify --ledger --data DATA").stdout


def test_a_forged_ledger_fails_verify_and_gets_no_new_head(run: Callable[..., Result], tmp_path: Path) -> None:
    run(EXPORT)
    _grow_and_forge(tmp_path, forge=True)
    assert run("verify --ledger --data DATA").exit_code == 0
    found = run(VERIFY)
    assert found.exit_code == 1
    assert "Event 30 is not the one that was signed" in found.stdout
    refused = run(EXPORT)
    assert refused.exit_code == 1
    assert "No head was exported" in refused.stderr
    assert len(list((tmp_path / "heads").iterdir())) == 1


@pytest.mark.parametrize("change", [("30", "29"), ('"hash":"', '"hash":"0'), ('"seq":30', '"seq":"x"'), ("{", "")])
def test_a_head_that_was_changed_is_told(run: Callable[..., Result], tmp_path: Path, change: tuple[str, str]) -> None:
    run(EXPORT)
    (path,) = (tmp_path / "heads").iterdir()
    path.write_text(path.read_text().replace(*change))
    found = run(VERIFY)
    assert found.exit_code == 1
    assert "FAILED  heads" in found.stdout
    assert "Traceback" not in found.output


def test_heads_of_another_key_or_no_heads_at_all_prove_nothing(run: Callable[..., Result], tmp_path: Path) -> None:
    assert "no signed head" in run(VERIFY).stderr
    run(EXPORT)
    other = ledger_heads.make_keys(tmp_path / "other")
    assert run(f"verify --heads HEADS --public-key {other} --data DATA").exit_code == 1
    assert run("verify --heads HEADS --data DATA").exit_code == 2


def test_a_private_key_is_its_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    public = ledger_heads.make_keys(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError, match="already"):
        ledger_heads.make_keys(tmp_path / "key")
    public.unlink()
    with pytest.raises(KeyFileError, match="already"):
        ledger_heads.make_keys(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(KeyFileError, match="Others may read"):
        ledger_heads.private_key(tmp_path / "key")
    for wrong in (tmp_path / "nothing", tmp_path):
        with pytest.raises(KeyFileError, match="is not a public key"):
            ledger_heads.public_key(wrong)


def test_two_events_of_one_number_cannot_both_be_stored_in_bulk_either(database: Database) -> None:
    fill(database, 2)
    row = {"prev_hash": "", "kind": "x", "actor_id": None, "at": START, "payload": "{}"}
    with pytest.raises(DBAPIError), database.unit_of_work() as session:
        session.execute(insert(LedgerEvent), [row | {"seq": 3, "hash": "a"}, row | {"seq": 3, "hash": "b"}])
