"""Many people at once, over HTTP, on both databases: one decision wins, everybody else is told so, and nothing breaks."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Queue
from threading import Barrier, Thread
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from linkage.identity import accounts, sessions
from linkage.identity.verify import check
from linkage.store.database import Database
from linkage.store.models import AccountRow, Decision
from review_ui.security import FORM_TYPE
from review_ui.settings import utc_now
from tests.paths import ROOT
from tests.ui_helpers import START, Visitor, World, fill, open_world

MANY = 20
ITEM = 1  # of Texas and Washington
HIDDEN = ("csrf", "version", "key")


@pytest.fixture
def both(database_url: str, tmp_path) -> Iterator[World]:
    """The small world on each kind of database."""
    fill(database_url, tmp_path)
    world = open_world(database_url)
    yield world
    world.close()


def _visitors(world: World, *usernames: str) -> list[Visitor]:
    """MANY browsers, each with a session of its own: no time is spent on passwords."""
    with world.database.unit_of_work() as session:
        ids = dict(session.execute(select(AccountRow.username, AccountRow.id)).all())
        tokens = [sessions.start(session, ids[usernames[n % len(usernames)]], START) for n in range(MANY)]
    visitors = [world.visitor() for _ in tokens]
    for visitor, token in zip(visitors, tokens, strict=True):
        visitor.client.set_cookie("near_match", token)
    return visitors


def _at_once(visitors: Sequence[Visitor], verdicts: Sequence[str], **fields: str) -> list[tuple[int, str]]:
    """Everybody opens the page, then all send their form at one moment."""
    start = Barrier(len(visitors))

    def send(number: int) -> tuple[int, str]:
        visitors[number].get(f"/items/{ITEM}")
        start.wait()
        answer = visitors[number].send_decision(ITEM, verdicts[number % len(verdicts)], "A note.", **fields)
        return answer.status_code, answer.text

    with ThreadPoolExecutor(len(visitors)) as pool:
        return list(pool.map(send, range(len(visitors))))


def _is_whole(database: Database) -> bool:
    with database.unit_of_work(read_only=True) as session:
        return all(finding.holds for finding in check(session))


def _decisions(database: Database) -> int:
    with database.unit_of_work(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(Decision)) or 0


def test_of_twenty_who_decide_at_once_one_wins_and_nineteen_are_told_who(both: World) -> None:
    visitors = _visitors(both, "tx.admin", "tx.second", "wa.admin")
    answers = _at_once(visitors, ["same", "different", "twins", "need_information"])
    assert Counter(status for status, _ in answers) == {303: 1, 409: MANY - 1}
    lost = [text for status, text in answers if status == 409]
    assert all("Somebody was faster" in text and "A note." in text for text in lost)
    assert _decisions(both.database) == 1
    assert _is_whole(both.database)


def test_one_form_sent_twenty_times_at_once_is_one_decision(both: World) -> None:
    visitors = _visitors(both, "tx.admin")
    answers = _at_once(visitors, ["different"], key="the-same-key-for-all")
    assert {status for status, _ in answers} == {303}
    assert _decisions(both.database) == 1
    assert _is_whole(both.database)


def test_of_twenty_who_undo_at_once_one_does_and_the_others_are_told(both: World) -> None:
    visitors = _visitors(both, "tx.admin", "wa.admin")
    visitors[0].decide(ITEM, "different")
    start = Barrier(MANY)

    def undo(visitor: Visitor) -> int:
        visitor.get(f"/items/{ITEM}/undo/1")
        start.wait()
        return visitor.send(f"/items/{ITEM}/undo/1", key=visitor.field("key"), note="").status_code

    with ThreadPoolExecutor(MANY) as pool:
        answers = Counter(pool.map(undo, visitors))
    assert answers == {303: 1, 409: MANY - 1}
    assert _is_whole(both.database)


def test_pages_are_served_while_somebody_writes(site: World) -> None:
    """On SQLite there is one writer; whoever only looks does not wait for it."""
    visitor = site.sign_in("tx.admin")
    with site.database.unit_of_work() as writer:
        sessions.end(writer, "holds the write lock", START)
        assert visitor.get("/worklist").status_code == 200
        assert visitor.get(f"/items/{ITEM}").status_code == 200


def test_a_server_killed_amid_decisions_leaves_a_whole_database(world_url: str, tmp_path, free_port: int) -> None:
    database = Database(world_url)
    with database.unit_of_work() as session:
        people = {one.username: one.id for one, _ in accounts.listed(session)}
        tokens = [sessions.start(session, people[name], utc_now()) for name in ("tx.admin", "tx.second")]
    decided: Queue[int] = Queue()
    with _serving(world_url, tmp_path, free_port) as process, ThreadPoolExecutor(4) as pool:
        for item in (1, 2, 3, 4):
            pool.submit(_decide_until_the_end, f"http://127.0.0.1:{free_port}/items/{item}", tokens[item % 2], decided)
        for _ in range(12):
            assert decided.get(timeout=60) == 303
        os.killpg(process.pid, signal.SIGKILL)
    assert _decisions(database) >= 12
    assert _is_whole(database)
    database.close()


@contextmanager
def _serving(url: str, folder: Path, port: int) -> "Iterator[subprocess.Popen[str]]":
    """`nearmatch serve` in a process group of its own."""
    command = [sys.executable, "-m", "linkage.cli", "serve", "--port", str(port), "--data", str(folder / "var")]
    environment = os.environ | {"NEARMATCH_DATABASE_URL": url}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr
        assert any("Near Match is at" in line for line in process.stderr)
        Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop the server
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _decide_until_the_end(address: str, token: str, decided: "Queue[int]") -> None:
    """Ask for information and open the item again, over and over, until nobody answers."""
    headers = {"Cookie": f"near_match={token}", "Sec-Fetch-Site": "same-origin"}
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        while True:
            for verdict in ("need_information", "reopen"):
                connection.request("GET", address, headers=headers)
                page = connection.getresponse().read().decode()
                fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[-1] for name in HIDDEN}
                form = urlencode({"verdict": verdict, "note": "Asked.", **fields})
                connection.request("POST", address, form, headers | {"Content-Type": FORM_TYPE})
                answer = connection.getresponse()
                answer.read()
                decided.put(answer.status)
    except (ConnectionError, HTTPException):
        return  # the server has been killed
    finally:
        connection.close()
