"""The commands over the store: data on stdout, words on stderr, exit code 1 with a remedy when something fails."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from linkage.commands import accounts, due, ingest, notices, regions, scan, verify
from linkage.commands.database import standing_folder
from linkage.store.database import Database
from tests.identity_helpers import CHILD, child, write_csv


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEARMATCH_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def _run(command: object, *arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False)  # type: ignore[arg-type]


def _database(data: Path) -> Database:
    return Database(f"sqlite:///{data / 'nearmatch.sqlite3'}")


def _upload(folder: Path, *rows: dict[str, str]) -> str:
    path = folder / "upload.csv"
    write_csv(path, [CHILD | row for row in rows])
    return str(path)


def test_ingest_shows_the_counts_and_says_when_a_file_is_known(data: Path, tmp_path: Path) -> None:
    path = _upload(tmp_path, child("T1"), child("T2", birth_date=""))
    first = _run(ingest.command, path, "--state", "tx")
    assert first.exit_code == 0
    assert "TX: 1 new, 0 changed, 0 unchanged students." in first.stderr
    assert "missing_mandatory" in first.stderr
    again = _run(ingest.command, path, "--state", "TX")
    assert "nothing was changed" in again.stderr
    assert data.stat().st_mode & 0o077 == 0


def test_ingest_fails_in_plain_words(data: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    result = _run(ingest.command, str(empty), "--state", "TX")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    path = _upload(tmp_path, child("T1"))
    assert "postal code" in _run(ingest.command, path, "--state", "Texas").stderr
    assert "does not name an element" in _run(ingest.command, path, "--state", "TX", "--map", "nonsense").stderr
    assert _run(ingest.command, path).exit_code == 2
    assert data.exists()


def test_scan_finds_the_duplicate_once_and_then_says_that_nothing_changed(data: Path, tmp_path: Path) -> None:
    twice = {"parent1_first": "Eusebio", "parent1_last": "Quetzal", "birth_city": "Weslaco"}
    path = _upload(tmp_path, child("T1", **twice), child("T2", **twice), child("T3", first_name="Bruno", sex="M"))
    _run(ingest.command, path, "--state", "TX")
    first = _run(scan.command)
    assert first.exit_code == 0
    assert "proposals: near match" in first.stderr
    assert "and decide" in first.stderr
    assert "Nothing has changed" in _run(scan.command).stderr
    assert data.exists()


def test_a_scan_says_what_it_looked_at_and_forgets_it_on_request(data: Path, tmp_path: Path) -> None:
    _run(ingest.command, _upload(tmp_path, child("T1"), child("T2", first_name="Bruno")), "--state", "TX")
    standing = data / "nearmatch.sqlite3.standing"
    assert "Full scan: There are no standing records yet." in _run(scan.command).stderr
    assert "Scan of what has changed" in _run(scan.command).stderr
    assert "Full scan: A full scan was asked for." in _run(scan.command, "--full").stderr
    assert [one.name for one in standing.iterdir()] == ["2"]
    assert _run(scan.command, "--forget").exit_code == 0
    assert list(standing.iterdir()) == []


def test_standing_records_lie_beside_the_sqlite_file_or_where_the_setting_says(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert standing_folder(data) == data / "nearmatch.sqlite3.standing"
    monkeypatch.setenv("NEARMATCH_DATABASE_URL", "postgresql://somewhere/students")
    assert standing_folder(data) is None
    monkeypatch.setenv("NEARMATCH_STANDING", "/srv/standing")
    assert standing_folder(data) == Path("/srv/standing")


def test_verify_prints_each_invariant_and_fails_when_one_is_broken(data: Path, tmp_path: Path) -> None:
    _run(ingest.command, _upload(tmp_path, child("T1")), "--state", "TX")
    whole = _run(verify.command)
    assert whole.exit_code == 0
    assert whole.stdout.count("ok ") == 17
    database = _database(data)
    with database.unit_of_work() as session:
        session.execute(text("UPDATE ledger_head SET seq = seq + 1"))
    database.close()
    broken = _run(verify.command)
    assert broken.exit_code == 1
    assert "FAILED  ledger" in broken.stdout
    assert "1 of 17" in broken.stderr


def test_accounts_are_created_listed_and_reset_with_one_time_passwords(data: Path) -> None:
    options = ["--name", "Ana Prieto", "--role", "state_data_administrator", "--state", "tx"]
    created = _run(accounts.command, "create", "ana", *options)
    assert created.exit_code == 0
    assert len(created.stdout.strip()) == 24
    assert _run(accounts.command, "list").stdout == "ana\tstate_data_administrator\tTX\tenabled\n"
    reset = _run(accounts.command, "reset", "ana")
    assert reset.stdout != created.stdout
    assert "No account" in _run(accounts.command, "reset", "nobody").stderr
    refused = _run(accounts.command, "create", "ana", *options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert data.exists()


def test_what_is_due_is_counted_and_who_is_told_shown(data: Path, tmp_path: Path) -> None:
    twice = {"parent1_first": "Eusebio", "parent1_last": "Quetzal", "birth_city": "Weslaco"}
    _run(ingest.command, _upload(tmp_path, child("T1", **twice), child("T2", **twice)), "--state", "TX")
    _run(scan.command)
    assert _run(due.command).stdout.startswith("Applied 0, reminded of 0, passed up 0.")
    with _database(data).unit_of_work() as session:
        session.execute(text("UPDATE worklist_item SET created = '2020-01-01', answer_due = '2020-01-02'"))
    assert "reminded of 1" in _run(due.command).stdout
    assert "reminder\tTX\titem 1" in _run(notices.command).stdout
    (line,) = _run(notices.command, "--json").stdout.splitlines()
    assert json.loads(line)["to"] == {"account_id": None, "state": "TX", "region": "", "district": ""}


def test_regions_are_set_and_listed(data: Path) -> None:
    assert _run(regions.command, "set", "tx", "Valley", "--district", "Weslaco ISD").exit_code == 0
    assert _run(regions.command, "list").stdout == "TX\tValley\tWeslaco ISD\n"
    assert json.loads(_run(regions.command, "list", "--state", "tx", "--json").stdout) == {
        "TX": {"Valley": ["Weslaco ISD"]}
    }
    assert "postal code" in _run(regions.command, "set", "XX", "Valley").stderr
    person = ("dora", "--name", "Dora", "--role", "district_data_administrator", "--state", "tx")
    assert _run(accounts.command, "create", *person).exit_code == 1
    assert _run(accounts.command, "create", *person, "--district", "Weslaco ISD").exit_code == 0
    assert "TX/Weslaco ISD" in _run(accounts.command, "list").stdout
    assert data.exists()
