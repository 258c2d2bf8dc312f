"""Kills the real command line at random instants, runs it again, and compares with a run that nobody killed.

    with scenario(...) as scenario:          small data of two States, one state of the database before each step
        kill(scenario, number, seed)         yields one Killed for each kill

A step is a process of its own, forked from a server that has imported everything: no time is spent on starting Python. It is ended
by SIGKILL, either just before its n-th statement or commit, or after a random time.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from linkage.cli import main
from linkage.commands.database import URL_VARIABLE
from linkage.errors import StateChangeError
from linkage.identity import accounts, decisions, scope
from linkage.identity.verify import check
from linkage.identity.views import Account, Request, Status, Verdict
from linkage.jobs.due import do_what_is_due
from linkage.store.database import Database
from linkage.store.models import WorklistItem
from rules.in_force import load_policy
from rules.policy import Blackout
from tests.identity_helpers import nobody_validates
from tests.stored_state import State, state

STEPS = ("ingest", "scan", "apply")
DAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MOST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Killed:
    """One kill: `at` statement or time; `died` is False where the step was faster. `faults` in words, empty if all is well."""

    step: str
    at: str
    died: bool
    faults: tuple[str, ...]


class Store:
    """A database that can be put back: a file, or a database of a server."""

    url: str

    def keep(self, name: str) -> None:
        """Remember what it holds now."""
        raise AssertionError

    def restore(self, name: str) -> None:
        """Hold again what was kept under this name."""
        raise AssertionError


class SqliteStore(Store):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "nearmatch.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def keep(self, name: str) -> None:
        shutil.copyfile(self._file, self._folder / name)

    def restore(self, name: str) -> None:
        for left in self._folder.glob("nearmatch.sqlite3*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        shutil.copyfile(self._folder / name, self._file)


class PostgresStore(Store):
    """`run`: one statement on the server, outside any transaction; `url_of`: the address of one of its databases."""

    def __init__(self, run: Callable[[str], None], url_of: Callable[[str], str]) -> None:
        self._run = run
        self.url = url_of("crash")
        run("CREATE DATABASE crash TEMPLATE template0")

    def keep(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS kept_{name}")
        self._run(f"CREATE DATABASE kept_{name} TEMPLATE crash")

    def restore(self, name: str) -> None:
        self._run("DROP DATABASE crash WITH (FORCE)")
        self._run(f"CREATE DATABASE crash TEMPLATE kept_{name}")


@dataclass(slots=True)
class Scenario:
    """`before` and `after`: the state around each step when nobody kills it; `seconds` and `instants`: how long it takes."""

    store: Store
    folder: Path
    before: dict[str, State] = field(default_factory=dict)
    after: dict[str, State] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    instants: dict[str, int] = field(default_factory=dict)

    def words(self, step: str) -> list[str]:
        """The command line of a step."""
        data = ["--data", str(self.folder / "data")]
        upload = ["ingest", str(self.folder / "second" / "TX.csv"), "--state", "TX"]
        return {"ingest": upload, "scan": ["scan"], "apply": ["apply"]}[step] + data


@contextmanager
def opened(url: str, **rules: Any) -> Iterator[Database]:
    database = Database(url, **rules)
    try:
        yield database
    finally:
        database.close()


def scenario(store: Store, folder: Path, records: int = 120) -> Scenario:
    """Two States, a scan, approved merges that wait for their day, a second upload: each step once, without a kill."""
    made = Scenario(store, folder)
    for name, seed in (("first", 1), ("second", 2)):
        _run_here(
            "sample", "--out", str(folder / name), "--records", str(records), "--states", "TX,WA", "--seed", str(seed)
        )
    _mixed(folder / "first" / "TX.csv", folder / "second" / "TX.csv")
    with opened(store.url) as database:
        database.upgrade()
    for state_code in ("TX", "WA"):
        _must(made, ["ingest", str(folder / "first" / f"{state_code}.csv"), "--state", state_code])
    _must(made, ["scan"])
    _approve_some(store.url)
    for step in STEPS:
        store.keep(step)
        made.before[step] = _state(store.url)
        start = time.monotonic()
        process, counted = run(made, step)
        made.seconds[step] = time.monotonic() - start
        assert process.exitcode == 0, f"{step} ended with {process.exitcode}"
        made.instants[step] = counted
        made.after[step] = _state(store.url)
        assert made.after[step] != made.before[step], f"{step} changed nothing"
    return made


def kill(made: Scenario, number: int, seed: int) -> Iterator[Killed]:
    """Each step in turn is put back, killed, looked at, run again, and compared."""
    dice, done = Random(seed), 0
    while done < number:
        step = STEPS[done % len(STEPS)]
        made.store.restore(step)
        if dice.random() < 0.5:
            instant = dice.randint(1, made.instants[step])
            process, _ = run(made, step, instant=instant)
            at = f"instant {instant} of {made.instants[step]}"
        else:
            seconds = dice.uniform(0, made.seconds[step])
            process, _ = run(made, step, seconds=seconds)
            at = f"{seconds:.3f} of {made.seconds[step]:.3f} s"
        died = process.exitcode == -signal.SIGKILL
        faults = list(_faults_after_death(made, step)) if died else []
        again, _ = run(made, step)
        if again.exitcode != 0:
            faults.append(f"run again, it ended with {again.exitcode}")
        faults += _differences(made.after[step], _state(made.store.url))
        faults += _problems(made.store.url)
        done += died
        yield Killed(step, at, died, tuple(faults))


def _faults_after_death(made: Scenario, step: str) -> Iterator[str]:
    """Ingest and scan are one transaction: all or nothing. Apply is one a decision. Nothing is ever half there."""
    yield from _problems(made.store.url)
    if step != "apply" and _state(made.store.url) not in (made.before[step], made.after[step]):
        yield "half of it was stored"


def _differences(wanted: State, found: State) -> list[str]:
    """Table by table: rows that are missing, and rows that are too many."""
    lost = {name: sum((rows - found[name]).values()) for name, rows in wanted.items()}
    doubled = {name: sum((found[name] - rows).values()) for name, rows in wanted.items()}
    return [f"{name}: {lost[name]} lost, {doubled[name]} too many" for name in wanted if lost[name] or doubled[name]]


def _problems(url: str) -> list[str]:
    with opened(url) as database, database.unit_of_work(read_only=True) as session:
        return [problem for finding in check(session) for problem in finding.problems]


def _state(url: str) -> State:
    with opened(url) as database, database.unit_of_work(read_only=True) as session:
        return state(session)


# The process of a step.


def run(made: Scenario, step: str, *, instant: int = 0, seconds: float = 0.0) -> tuple[BaseProcess, int]:
    """The step in a process of its own, killed at an instant or after seconds. Returns it, ended, and the instants it had."""
    counter = _processes().Value("i", 0)
    process = _start(made, made.words(step), instant, counter)
    if seconds:
        process.join(seconds)
        process.kill()
    process.join(MOST_SECONDS)
    if process.is_alive():
        process.kill()
    return process, counter.value


def _must(made: Scenario, words: Sequence[str]) -> None:
    process = _start(made, [*words, "--data", str(made.folder / "data")], 0, None)
    process.join(MOST_SECONDS)
    assert process.exitcode == 0, f"{words} ended with {process.exitcode}"


def _start(made: Scenario, words: list[str], instant: int, counter: Any) -> BaseProcess:
    process = _processes().Process(target=_step, args=(made.store.url, words, instant, counter))
    process.start()
    return process


def _processes() -> ForkServerContext:
    """Before the server forks its first process, it imports what all of them need."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.crash_warm", "tests.crash"])
    return context


def _step(url: str, words: list[str], instant: int, counter: Any) -> None:
    """In the new process: count statements and commits, die at the wanted one, and be `nearmatch`."""
    os.environ[URL_VARIABLE] = url
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)

    def count(*_: Any) -> None:
        if counter is not None:
            counter.value += 1
            if counter.value == instant:
                os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, count)
    event.listen(Session, "after_commit", count)
    if words[0] == "apply":
        with opened(url) as database:
            do_what_is_due(database, now=DAY + timedelta(days=30))
    else:
        main(words)


def _run_here(*words: str) -> None:
    main(list(words), standalone_mode=False)


def _mixed(first: Path, second: Path) -> None:
    """An upload with new children, children as they were, and some that changed."""
    lines = first.read_bytes().splitlines(keepends=True)
    new = second.read_bytes().splitlines(keepends=True)
    changed = [line.replace(b"TX", b"WA", 1) for line in lines[1:20]]
    second.write_bytes(b"".join([lines[0], *changed, *lines[20:60], *new[1:40]]))


def _approve_some(url: str) -> None:
    """Merges decided in a blackout: they wait for its end."""
    frozen = Blackout.model_validate({"from": DAY.date(), "to": DAY.date() + timedelta(days=7), "title": "Child count"})
    policy = nobody_validates(load_policy()).model_copy(update={"blackouts": (frozen,)})
    with opened(url, policy=policy) as database:
        with database.unit_of_work() as session:
            ana = accounts.create(session, "ana", "Ana", "state_data_administrator", "TX", "Aa1-not-a-real-one", DAY)
            items = [
                (one, _states(session, one))
                for one in session.scalars(select(WorklistItem.id).order_by(WorklistItem.id))
            ]
        approved = 0
        for item_id, states in items:
            if "TX" in states:
                approved += _approve(database, ana, item_id)
        assert approved >= 3, "too few merges to apply"


def _states(session: Session, item_id: int) -> set[str]:
    return set(scope.states_of_items(session, [item_id])[item_id])


def _approve(database: Database, who: Account, item_id: int) -> int:
    try:
        with database.unit_of_work() as session:
            outcome = decisions.decide(session, who, Request(item_id, 1, Verdict.SAME, f"same-{item_id}"), now=DAY)
    except StateChangeError:
        return 0
    return int(outcome.status is Status.APPROVED)
