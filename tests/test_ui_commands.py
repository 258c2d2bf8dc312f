"""`nearmatch serve` and `nearmatch demo`: the port, the sample, the people, the welcome, and a server that answers."""

import io
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner
from rich.console import Console

from linkage.identity import accounts, verify, worklist
from linkage.identity.views import Kind, Status
from linkage.identity.work_lists import Wanted, WorkList
from linkage.store.database import Database
from review_ui.commands import demo, serve, welcome
from review_ui.demo import PEOPLE, SignIn, prepare_people, store_sample
from review_ui.server import Address, AddressError, refuse_taken_port
from tests.paths import ROOT
from tests.ui_helpers import START


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def database(sqlite_url):
    database = Database(sqlite_url)
    database.upgrade()
    yield database
    database.close()


@pytest.mark.parametrize("command", [serve, demo])
def test_a_taken_port_is_said_in_one_line_before_anything_is_done(command, taken_port, tmp_path, capfd):
    result = CliRunner().invoke(command, ["--port", str(taken_port), "--data", str(tmp_path / "var")])
    assert result.exit_code == 1
    said = " ".join((result.output + capfd.readouterr().err).split())
    assert (
        said
        == f"Port {taken_port} is taken. Use another one: `PORT={taken_port + 1} make run`, or `--port {taken_port + 1}`."
    )
    assert not (tmp_path / "var").exists()


def test_a_free_port_is_not_refused(free_port):
    refuse_taken_port(Address("127.0.0.1", free_port))


def test_an_address_of_another_machine_is_refused_in_words(free_port):
    with pytest.raises(AddressError, match=r"no address 192\.0\.2\.1 on this machine"):
        refuse_taken_port(Address("192.0.2.1", free_port))


def test_addresses_of_both_kinds_become_links():
    assert Address("127.0.0.1", 8000).url == "http://127.0.0.1:8000"
    assert Address("::1", 8000).url == "http://[::1]:8000"


def test_the_sample_is_stored_once_and_then_kept(database, tmp_path):
    quiet = Console(file=io.StringIO())
    assert store_sample(database, tmp_path, 120, START, quiet)
    assert not store_sample(database, tmp_path, 120, START, quiet)


def test_the_sample_shows_each_kind_of_work_from_the_start(database, tmp_path):
    store_sample(database, tmp_path, 700, START, Console(file=io.StringIO()), tmp_path / "standing")
    with database.unit_of_work(read_only=True) as session:
        texas = accounts.named(session, "tx.admin")
        items, _ = worklist.page(session, texas, Wanted(), limit=500, now=START)
        lists = worklist.list_counts(session, texas, now=START)
        assert not [one for one in verify.check(session) if one.problems]
    assert {one.kind for one in items} == set(Kind) - {Kind.VALIDATE_SPLIT}
    assert {one.status for one in items} == {Status.OPEN, Status.WAITING_VALIDATION, Status.WAITING_INFORMATION}
    assert any(one.record_count > 2 for one in items)
    assert 0 < lists[WorkList.OVERDUE] < len(items)
    assert (tmp_path / "standing").is_dir()


def test_an_interrupted_first_start_is_taken_up_again(database, tmp_path):
    quiet = Console(file=io.StringIO())
    store_sample(database, tmp_path, 120, START, quiet)
    (tmp_path / "demo" / "finished").unlink()
    assert store_sample(database, tmp_path, 120, START, quiet)
    assert not store_sample(database, tmp_path, 120, START, quiet)


def test_data_of_ones_own_are_never_mixed_with_the_sample(site, tmp_path):
    assert not store_sample(site.database, tmp_path, 120, START, Console(file=io.StringIO()))


def test_each_start_gives_new_one_time_passwords_until_somebody_chooses_one(database):
    first, second = prepare_people(database, START), prepare_people(database, START)
    assert [one.person for one in first] == list(PEOPLE)
    assert len({one.password for one in (*first, *second)}) == 2 * len(PEOPLE)
    with database.unit_of_work() as session:
        person = accounts.authenticate(session, "tx.admin", second[0].password, START)
        assert accounts.change_password(session, person.id, second[0].password, "seven stones in a row", START) == ""
    third = prepare_people(database, START)
    assert third[0].password == ""
    with database.unit_of_work() as session:
        assert accounts.authenticate(session, "tx.admin", "seven stones in a row", START)
        assert accounts.authenticate(session, "tx.second", second[1].password, START) is None
        assert accounts.authenticate(session, "tx.second", third[1].password, START)


def test_the_welcome_says_where_as_whom_and_what_to_try():
    text = welcome(Address("127.0.0.1", 8001), (SignIn(PEOPLE[0], "abcd-efgh"), SignIn(PEOPLE[1], "")))
    assert "http://127.0.0.1:8001" in text
    assert re.search(r"tx\.admin +abcd-efgh +State data administrator of Texas", text)
    assert "(the password you have chosen)" in text
    assert "Try this first" in text


def test_serve_answers_and_stops_when_asked(tmp_path, free_port):
    command = [sys.executable, "-m", "linkage.cli", "serve", "--port", str(free_port), "--data", str(tmp_path / "var")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if "Near Match is at" in line:
                break
        assert f"Near Match is at http://127.0.0.1:{free_port}" in "".join(said)
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/sign-in", timeout=30) as answer:
            assert answer.status == 200
            assert "Sign in" in answer.read().decode()
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 0
