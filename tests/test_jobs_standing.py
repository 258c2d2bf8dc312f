"""Scans of what has changed: they propose what a full scan under the same census proposes, and know when they must not be trusted."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from linkage.engine.standing import Standing
from linkage.errors import LinkageError, NotAllowedError, StateChangeError
from linkage.identity import worklist
from linkage.identity.views import Status, Verdict
from linkage.jobs.scan import ScanOutcome, run_scan
from linkage.pipeline import Found, find_duplicates
from linkage.records import RecordTable
from linkage.store import since, standing_files
from linkage.store.current import current_table
from linkage.store.database import Database
from linkage.store.models import LedgerEvent
from linkage.store.records import DEMOGRAPHICS
from rules.rulebook import Rulebook, load_rulebook
from tests.identity_helpers import World, child
from tests.sample_helpers import reordered, small_table

RULEBOOK = load_rulebook()
FAMILIES, TRUTH = small_table(60)
OF_CHILD = Counter(one.child_id for one in TRUTH)
# Children with several records first.
PEOPLE = sorted(range(60), key=lambda row: (-OF_CHILD[TRUTH[row].child_id], TRUTH[row].child_id))
RECORDS = 24
Steps = list[tuple[str, list[int]]]  # "upload" with the people in it, or a verdict

uploads = st.tuples(st.just("upload"), st.lists(st.integers(0, 59), min_size=1, max_size=6))
decisions = st.tuples(st.sampled_from([Verdict.SAME, Verdict.DIFFERENT]), st.just([]))


def row(number: int, person: int) -> dict[str, str]:
    """Record `number` with what one of the people says."""
    said = {column: FAMILIES.columns[column][PEOPLE[person]] for column in DEMOGRAPHICS if column in FAMILIES.columns}
    return child(f"S{number}", **said)


@contextmanager
def village(template: Path) -> Iterator[World]:
    """Two dozen records of some families."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "nearmatch.sqlite3"
        copyfile(template, file)
        world = World(Database(f"sqlite:///{file}"), Path(folder))
        world.upload("TX", *(row(number, number) for number in range(RECORDS)))
        yield world
        world.database.close()


def scan(world: World, **options: Any) -> ScanOutcome:
    return run_scan(world.database, RULEBOOK, now=world.tick(), folder=world.folder / "standing", **options)


def decide(world: World, verdict: Verdict) -> None:
    """Say `verdict` of the first item that is open; a proposal that waits is validated at once. Nothing, if it cannot be said."""
    ana, ben = world.person("ana", "TX"), world.person("ben", "TX")
    with world.database.unit_of_work(read_only=True) as session:
        item_id = worklist.next_item(session, ana, None, now=world.now)
    if item_id is None:
        return
    with suppress(NotAllowedError, StateChangeError):  # a birth date is to be settled first
        if world.decide(ana, item_id, verdict).status is Status.WAITING_VALIDATION:
            world.decide(ben, item_id, Verdict.VALIDATE)


def said(found: Found) -> set[object]:
    """The proposals, whichever record of a pair stands left."""
    return {
        (
            one.key,
            one.members,
            frozenset(one.guards),
            round(one.probability, 9),
            frozenset((frozenset((pair.left, pair.right)), round(pair.weight, 9), pair.guards) for pair in one.pairs),
        )
        for one in found.proposals
    }


def also_in_full(world: World) -> Any:
    """`find_duplicates`, which here also looks at all records under the same census, and finds the same."""

    def find(table: RecordTable, rulebook: Rulebook, **decided: Any) -> Found:
        found = find_duplicates(table, rulebook, **decided)
        standing: Standing = decided.pop("standing")
        with world.database.unit_of_work(read_only=True) as session:
            everybody, _ = current_table(session)
        nobody = standing.beside(reordered(everybody, []))
        full = find_duplicates(everybody, rulebook, standing=nobody, **decided)
        assert said(found) == said(full)
        assert (found.records, found.near_matches) == (full.records, full.near_matches)
        return found

    return find


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.lists(uploads | decisions, min_size=1, max_size=4), min_size=1, max_size=3))
def test_whatever_is_uploaded_and_decided_a_scan_of_the_changes_proposes_what_a_full_scan_does(
    sqlite_template: Path, nights: list[Steps]
) -> None:
    with village(sqlite_template) as world, pytest.MonkeyPatch.context() as patch:
        patch.setattr(since, "RENEWED_FROM", 10.0)
        assert scan(world).why_full
        for number, steps in enumerate(nights):
            for verdict, people in steps:
                if people:
                    world.upload("TX", *(row((7 * number + one) % 30, one) for one in people))
                else:
                    decide(world, Verdict(verdict))
            assert scan(world, find=also_in_full(world)).why_full == ""
        assert world.problems() == []


@pytest.fixture
def world(sqlite_template: Path) -> Iterator[World]:
    with village(sqlite_template) as made:
        yield made


def test_a_second_scan_looks_at_what_has_changed_alone(world: World) -> None:
    first = scan(world)
    assert (first.looked_at, first.records) == (RECORDS, RECORDS)
    again = scan(world)
    assert (again.looked_at, again.records, again.scan_id, again.why_full) == (0, RECORDS, None, "")
    world.upload("TX", row(3, 40))
    changed = scan(world)
    assert (changed.looked_at, changed.records, changed.near_matches <= first.near_matches) == (1, RECORDS, True)
    assert scan(world, full=True).looked_at == RECORDS


def test_when_much_has_changed_all_records_are_counted_anew(world: World) -> None:
    scan(world)
    world.upload("TX", row(3, 40), row(4, 41))
    assert "2 of 24 records have changed" in scan(world).why_full
    assert scan(world).why_full == ""


def test_other_rules_or_another_database_mean_a_full_scan(world: World) -> None:
    scan(world)
    folder = world.folder / "standing"
    rulebook = replace(RULEBOOK, hash="b" * 64)
    assert "rules" in run_scan(world.database, rulebook, now=world.tick(), folder=folder).why_full
    scan(world)
    with world.database.unit_of_work() as session:  # restored from a copy, and then something else happened
        session.execute(text("DROP TRIGGER ledger_event_no_update"))
        session.execute(update(LedgerEvent).values(hash=LedgerEvent.hash + "0"))
    assert "another database" in scan(world).why_full


def test_what_cannot_be_read_is_made_anew(world: World) -> None:
    scan(world)
    (folder,) = (world.folder / "standing").iterdir()
    (folder / "index.keys.npy").write_bytes(b"")
    assert "cannot be read" in scan(world).why_full
    assert scan(world).why_full == ""
    standing_files.forget(world.folder / "standing")
    assert "no standing records yet" in scan(world).why_full


def test_a_crash_leaves_what_was_there_and_only_the_owner_may_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(world)
    folder = world.folder / "standing"
    assert folder.stat().st_mode & 0o077 == 0
    before = standing_files.newest(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (folder / ".unfinished-1").mkdir()  # what a crash leaves behind goes with the next full scan
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(LinkageError, match="No space left"):
            scan(world, full=True)
    assert standing_files.newest(folder) == before
    assert scan(world).why_full == ""
    scan(world, full=True)
    assert len(list(folder.iterdir())) == 1
    assert standing_files.newest(folder) != before
