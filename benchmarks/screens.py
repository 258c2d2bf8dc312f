"""How long people wait for their pages, 20 of them at once, with 100,000 students and 5,000 open items.

    python -m benchmarks.screens                      # PostgreSQL, 20 people, two processes of eight threads
    python -m benchmarks.screens --sqlite             # a SQLite file, one person, one process
    python -m benchmarks.screens --think 0            # nobody looks at anything: how much the machine can do

The real server over real HTTP, each person with a session of his or her own: a list with filters, an item of it, a decision, the next
item. Between two pages a person looks for some seconds (`--think`, the mean). In milliseconds, the median and the 95th percentile of
what the server says it took (`Server-Timing`: waiting for the database and for other threads is in it), of the processor time of its
thread, and of what the person waited. Stops with exit code 1 where the server takes longer than it may.
"""

import argparse
import gzip
import multiprocessing
import os
import re
import socket
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.worklist import NOW, fill
from linkage.identity import accounts
from linkage.records import EvidenceLine
from linkage.store.database import Database
from linkage.store.models import ItemMember, ScoredPair, WorklistItem
from review_ui.app import create_app
from review_ui.server import Address, Server
from review_ui.settings import Settings
from tests.postgres_server import running

BAR = {"worklist": 100, "review": 100}  # milliseconds of the server at the 95th percentile
PASSWORD = "four unrelated words walk"
STATES = ("TX", "TX", "TX", "WA", "FL")
LISTS = (
    "",
    "?list=jurisdiction",
    "?list=jurisdiction&kind=near_match&sort=probability",
    "?list=jurisdiction&state=WA&guard=GUARD-MB",
    "?list=mine&band=50-70",
    "?list=jurisdiction&age=7&sort=oldest",
    "?list=finished",
)
LINES = (
    EvidenceLine("prior", "Starting point", "", "Two records picked at random are seldom one child.", -14.0),
    EvidenceLine("given", "Given names", "nickname", "One is a nickname of the other.", 3.0),
    EvidenceLine("surname", "Surnames", "second_alone", "One record has only the other's second surname.", 4.5),
    EvidenceLine("birth_date", "Birth date", "swapped", "Day and month are swapped.", 6.0),
    EvidenceLine("sex", "Sex", "same", "The sex is the same.", 1.0),
    EvidenceLine("birthplace", "Birthplace", "different", "The countries of birth differ.", -2.5),
    EvidenceLine("parents", "Parents", "one_same", "One parent's given name agrees.", 5.7),
)
WARM = 2  # rounds of each person that do not count: templates are compiled, connections made

Times = dict[str, list[tuple[float, float, float]]]  # page -> server, processor, wait


def main() -> None:
    """Fill a database, serve it, let people work, print the table."""
    parser = argparse.ArgumentParser(description="How long people wait for their pages.")
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=5_000)
    parser.add_argument("--people", type=int, default=0, help="20, or one on SQLite")
    parser.add_argument("--rounds", type=int, default=12, help="of each person; two pages and a decision each")
    parser.add_argument("--think", type=float, default=3.0, help="seconds between two pages")
    parser.add_argument("--sqlite", action="store_true")
    chosen = parser.parse_args()
    people = chosen.people or (1 if chosen.sqlite else 20)
    with _database(sqlite=chosen.sqlite) as url:
        names = _fill(url, chosen.students, chosen.open, people)
        with _served(url, workers=1 if chosen.sqlite else 2) as port, ThreadPoolExecutor(people) as pool:
            os.nice(10)  # people's browsers are other machines
            browsers = [Person(port, name, chosen.think, Random(name)) for name in names]
            begun = time.monotonic()
            list(pool.map(lambda one: one.work(chosen.rounds), browsers))
            spent = time.monotonic() - begun
    sys.exit(0 if _report(browsers, spent) else 1)


@dataclass
class Person:
    """A browser of one person: cookies, and the page that stands in it."""

    port: int
    name: str
    think: float
    random: Random
    page: str = ""
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    times: Times = field(default_factory=lambda: defaultdict(list))

    def work(self, rounds: int) -> None:
        """Sign in, and decide an item a round."""
        self.open("sign in", "/sign-in")
        self.send("sign in", "/sign-in", username=self.name, password=PASSWORD)
        for number in range(rounds):
            if number == WARM:
                self.times.clear()
            self.open("worklist", "/worklist" + self.random.choice(LISTS))
            found = re.findall(r'id="item-\d+" href="([^"]+)"', self.page)
            if found:
                self.open("review", self.random.choice(found).replace("&amp;", "&"))
            form = re.search(r'action="([^"]+)" class="nm-decide"', self.page)
            if form and 'value="different"' in self.page:
                after = self.send("decision", form[1].replace("&amp;", "&"), verdict="different", note="")
                if after:
                    self.open("review", after)

    def open(self, kind: str, path: str) -> None:
        """Look at the page before, then ask for this one."""
        time.sleep(self.random.uniform(0, 2 * self.think))
        self._ask(kind, "GET", path)

    def send(self, kind: str, path: str, **fields: str) -> str:
        """The form on the page; where the answer leads to, "" if it stays."""
        hidden = dict(re.findall(r'name="(csrf|version|key)" value="([^"]*)"', self.page))
        return self._ask(kind, "POST", path, hidden | fields)

    def _ask(self, kind: str, method: str, path: str, fields: Mapping[str, str] | None = None) -> str:
        headers = {"Cookie": self.cookies.output([], "", "; "), "Accept-Encoding": "gzip"}
        headers |= {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        waited = 1000 * (time.perf_counter() - begun)
        connection.close()
        if answer.status >= 400 and answer.status != 409:  # somebody was faster
            raise SystemExit(f"{method} {path}: {answer.status}")
        told = answer.headers.get("Server-Timing", "")  # to those who are signed in
        if told:
            server, processor = map(float, re.findall(r"dur=([\d.]+)", told))
            self.times[kind].append((server, processor, waited))
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        self.page = (gzip.decompress(content) if answer.headers["Content-Encoding"] == "gzip" else content).decode()
        return answer.headers.get("Location", "")


def _report(people: Sequence[Person], seconds: float) -> bool:
    """Print a row a page; whether all is within the bar."""
    times: Times = defaultdict(list)
    for kind, found in ((kind, found) for one in people for kind, found in one.times.items()):
        times[kind] += found
    number = sum(map(len, times.values()))
    print(f"{len(people)} people, {number} pages in {seconds:.0f} s; median and 95th percentile in milliseconds")
    print(f"{'':10}{'number':>8}{'server':>16}{'processor':>16}{'wait':>16}")
    within = True
    for kind, found in times.items():
        spans = [_percentiles(one) for one in zip(*found, strict=True)]
        print(f"{kind:10}{len(found):8}" + "".join(f"{half:9.0f}{most:7.0f}" for half, most in spans))
        within &= spans[0][1] < BAR.get(kind, float("inf"))
    return within


def _percentiles(numbers: Sequence[float]) -> tuple[float, float]:
    return statistics.median(numbers), statistics.quantiles(numbers, n=20)[-1] if len(numbers) > 1 else numbers[0]


@contextmanager
def _database(*, sqlite: bool) -> Iterator[str]:
    if sqlite:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'nearmatch.sqlite3'}"
    else:
        with running(durable=True) as server:
            server.run("CREATE DATABASE screens")
            yield server.url("screens")


def _fill(url: str, students: int, open_items: int, people: int) -> list[str]:
    """As `benchmarks.worklist`, with evidence for each open item, and accounts; returns the names to sign in with."""
    database = Database(url)
    database.upgrade()
    with database.unit_of_work() as session:
        fill(session, students, open_items)
        _evidence(session)
        names = [f"person{number}" for number in range(people)]
        for name, state in zip(names, STATES * people, strict=False):
            role = "state_data_administrator"
            accounts.create(session, name, name, role, state, PASSWORD, NOW, must_change=False)
    if database.engine.dialect.name == "postgresql":  # which does so by itself, after a while
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    database.close()
    return names


def _evidence(session: Session) -> None:
    members: dict[int, list[int]] = defaultdict(list)
    unfinished = select(WorklistItem.id).where(WorklistItem.status == "open")
    statement = select(ItemMember.item_id, ItemMember.source_record_id).where(ItemMember.item_id.in_(unfinished))
    for item, record in session.execute(statement):
        members[item].append(record)
    fixed = {"scan_id": 1, "version_a": 1, "version_b": 1, "weight": 3.7, "probability": 0.93, "band": "near"}
    fixed |= {"guards": [], "lines": [list(astuple(line)) for line in LINES], "rulebook_hash": ""}
    rows = [fixed | {"item_id": item, "record_a": min(both), "record_b": max(both)} for item, both in members.items()]
    session.execute(insert(ScoredPair), rows)


@contextmanager
def _served(url: str, *, workers: int) -> Iterator[int]:
    """The server that `nearmatch serve` starts, in a process of its own; its clock stands where the invented items are new."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    spawning = multiprocessing.get_context("spawn")
    ready = spawning.Event()
    server = spawning.Process(target=_serve, args=(url, port, workers, ready))
    server.start()
    ready.wait(60)
    try:
        yield port
    finally:
        server.terminate()
        server.join()


def _serve(url: str, port: int, workers: int, ready: Any) -> None:
    ahead = NOW - datetime.now(UTC)
    app = create_app(Settings(url, clock=lambda: datetime.now(UTC) + ahead))
    Server(app, Address("127.0.0.1", port), workers=workers, ready=ready.set).run()


if __name__ == "__main__":
    main()
