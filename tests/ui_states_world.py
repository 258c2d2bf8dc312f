"""The world of tests/ui_states.py: records for every state of every page, the people who look at them, and what they have done."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select
from werkzeug.exceptions import BadRequest

from linkage.errors import ConflictError
from linkage.identity import accounts
from linkage.identity.ids import IdFactory
from linkage.jobs.ingest_upload import ingest_file
from linkage.jobs.scan import run_scan
from linkage.pipeline import Found
from linkage.records import Proposal, RecordTable
from linkage.store.models import Membership, SourceRecord
from rules.rulebook import load_rulebook
from tests import ui_helpers
from tests.birth_date_visits import BAPTISM, TEXAS_SAYS, Question
from tests.ui_helpers import LINES, PASSWORD, START, Visitor, World

MORE_PEOPLE = (
    ("or.admin", "Olive Reed", "state_data_administrator", "OR", False),
    ("masked", "Mara Skedd", "data_reviewer", "TX", False),
    ("privacy", "Paul Reyes", "privacy_act_administrator", "TX", False),
    ("newcomer", "Nadia Coe", "data_reviewer", "TX", True),
)
TWO, THREE = 1, 2  # near matches of ui_helpers, that nobody has touched
FIVE, BLIND, CONFLICT, APPLIED, RETIRED, SPLIT, ASKED, STARTED, SETTLED = range(5, 14)
NAMES = ("Alma", "Bruno", "Celia", "Delia", "Elena", "Fátima", "Graciela", "Hilda")
OF_TEXAS = {APPLIED, RETIRED, SPLIT}  # both records; the others are of Texas and Washington
CLASS = 12  # near matches that are alike: of the first class all are decided, of the second the sample
BROKEN = {9990: BadRequest(), 9991: ConflictError("The item has changed.", "Open it again."), 9992: RuntimeError()}


@dataclass(frozen=True)
class Places:
    """Numbers that the world gave out: students, items, and the last decision of tx.admin."""

    student: str  # with a retired ID and a statement of a parent
    other: str
    split: int
    asked: int
    started: int
    settled: int
    said: int
    batch: str
    likeness: str


def fill_states(url: str, folder: Path) -> Places:
    ui_helpers.fill(url, folder)
    with opened(url) as world:
        _upload(world, folder, "TX", _texan())
        _upload(world, folder, "WA", _washingtonian())
        run_scan(world.database, load_rulebook(), now=START - timedelta(days=2), find=_find)
        with world.database.unit_of_work() as session:
            for username, name, role, state, newcomer in MORE_PEOPLE:
                accounts.create(session, username, name, role, state, PASSWORD, START, must_change=newcomer)
        return _history(world, folder)


@contextmanager
def opened(url: str) -> Iterator[World]:
    """The world, in which /bulk/batches/ and a number of BROKEN is a page that breaks."""
    world = ui_helpers.open_world(url)
    view: Any = world.app.view_functions["bulk.batch"]

    @wraps(view)
    def breaks(batch_id: int) -> Any:
        if batch_id in BROKEN:
            raise BROKEN[batch_id]
        return view(batch_id)

    world.app.view_functions["bulk.batch"] = breaks
    yield world
    world.app.view_functions["bulk.batch"] = view
    world.close()


def _child(given: str, surname: str, born: str) -> tuple[str, ...]:
    return (given, "", surname, "", "F", born, "Reynosa", "Rosa")


def _pairs(*, second: bool, texan: bool) -> dict[str, tuple[str, ...]]:
    """The first or the second records of the near matches from BLIND on."""
    chosen = ((at, NAMES[at - BLIND]) for at in range(BLIND, SETTLED + 1) if (at in OF_TEXAS) is texan)
    if second:
        return {f"Q{at}": _child(name[:4], "Quiroga", f"2013-01-{at - 3:02}") for at, name in chosen}
    return {f"P{at}": _child(name, "Quiroga Paz", f"2013-{at - 3:02}-01") for at, name in chosen}


def _texan() -> dict[str, tuple[str, ...]]:
    pairs = _pairs(second=False, texan=True) | _pairs(second=False, texan=False) | _pairs(second=True, texan=True)
    five = {f"F{at}": _child("Itzel", "Juárez", f"2011-02-0{at + 1}") for at in range(4)}
    return pairs | five | {f"A{at:02}": _child("Ana", "Quiroz", "2014-02-11") for at in range(4 * CLASS)}


def _washingtonian() -> dict[str, tuple[str, ...]]:
    return _pairs(second=True, texan=False) | {"F4": _child("Itzell", "Juarez", "2011-02-01")}


def _upload(world: World, folder: Path, state: str, records: Mapping[str, tuple[str, ...]]) -> None:
    path = folder / f"{state}-{len(records)}.csv"
    path.write_text(ui_helpers.upload_of(records), encoding="utf-8")
    at = START - timedelta(days=2)
    ingest_file(world.database, path, state, now=at, today=at.date(), ids=IdFactory(Random(len(records))))


def _find(table: RecordTable, *_: object, **__: object) -> Found:
    """What the world of ui_helpers finds, five of one child, the pairs from BLIND on, and two classes."""
    ids = dict(zip(table.columns["state_student_id"], table.ids, strict=True))
    found = [*ui_helpers.find(table).proposals]
    found.append(ui_helpers.proposal([ids[f"F{at}"] for at in range(5)], 0.88, ("GUARD-SEVERAL",)))
    found += [ui_helpers.proposal(_both(ids, at), 0.8, ("GUARD-DOB",)) for at in range(BLIND, SETTLED + 1)]
    alike = [ui_helpers.proposal((ids[f"A{at:02}"], ids[f"A{at + 1:02}"]), 0.7, ()) for at in range(0, 4 * CLASS, 2)]
    found += [*alike[:CLASS], *(_without_parents(one) for one in alike[CLASS:])]
    return Found(len(table), 40, len(found), tuple(found), ())


def _both(ids: Mapping[Any, str], at: int) -> tuple[str, str]:
    return ids[f"P{at}"], ids[f"Q{at}"]


def _without_parents(one: Proposal) -> Proposal:
    return replace(one, pairs=tuple(replace(pair, lines=LINES[:-1]) for pair in one.pairs))


def _find_split(table: RecordTable, *_: object, **__: object) -> Found:
    """A later scan: the records of SPLIT are one student, but not one child."""
    ids = dict(zip(table.columns["state_student_id"], table.ids, strict=True))
    before = _find(table)
    found = [one for one in before.proposals if set(one.members) != set(_both(ids, SPLIT))]
    (pair,) = ui_helpers.proposal(_both(ids, SPLIT), 0.01, ("GUARD-MB",)).pairs
    ends = pair.left, pair.right
    found.append(Proposal("split", "suggested_split", ends, (pair,), ("GUARD-MB",), 0.01, ((ends[0],), (ends[1],))))
    return replace(before, proposals=tuple(found))


def _history(world: World, folder: Path) -> Places:
    texas, washington = world.sign_in("tx.admin"), world.sign_in("wa.admin")
    batch = _decide_class(texas, _class(texas), whole=True)
    likeness = _class(texas)
    _decide_class(texas, likeness, whole=False)
    split = _suggested_split(world, texas, folder)
    asked, started, settled = (_question(texas, washington, item) for item in (ASKED, STARTED, SETTLED))
    for question in (started, settled):
        question.saw(question.texas, "Texas", BAPTISM, TEXAS_SAYS)
    started.step(started.washington, "list_documents", "entered")
    settled.settle(settled.texas, 2, reason="documents", note="There is no doubt.")
    texas.decide(BLIND, "same", note="Mother confirmed by telephone.")
    texas.get(f"/items/{CONFLICT}")
    texas.send_decision(CONFLICT, "claim")
    texas.decide(RETIRED, "same")
    student = _student(world, f"P{RETIRED}")
    _dispute(world.sign_in("privacy"), student)
    response = texas.decide(APPLIED, "different", note="The school knows two girls.")
    said = re.search(r"done=(\d+)", response.location)
    assert said
    return Places(
        student, _student(world, "T100"), split, asked.item, started.item, settled.item, int(said[1]), batch, likeness
    )


def _found(pattern: str, person: Visitor, path: str) -> str:
    found = re.search(pattern, person.get(path).text)
    assert found, f"{path} has nothing like {pattern}"
    return found[1]


def _class(person: Visitor) -> str:
    """The address of the first class that is offered."""
    return _found(r'href="(/bulk/[0-9a-f]{16})"', person, "/bulk")


def _decide_class(person: Visitor, place: str, *, whole: bool) -> str:
    """Answer the sample, and the rest as well if `whole`; returns the address of the batch."""
    sample = _found(r'(?s)class="nm-sample">(.*?)</ul>', person, f"{place}?answer=different")
    for item in re.findall(r'href="/items/(\d+)', sample):
        person.decide(int(item), "different")
    if not whole:
        return ""
    person.get(f"{place}?answer=different")
    return str(person.send(place, verdict="different", key=person.field("key"), note="Twenty siblings.").location)


def _suggested_split(world: World, person: Visitor, folder: Path) -> int:
    """Two records are merged, one of them changes, and the next scan asks if they are one child."""
    person.decide(SPLIT, "same")
    _upload(world, folder, "TX", {f"P{SPLIT}": _child("Xochitl", "Quiroga Paz", "2013-07-01")})
    outcome = run_scan(world.database, load_rulebook(), now=START, find=_find_split)
    return max(outcome.changes.opened)


def _question(texas: Visitor, washington: Visitor, item: int) -> Question:
    """Texas asks which birth date of a near match is right."""
    texas.get(f"/items/{item}")
    hidden = {name: texas.field(name) for name in ("version", "key")}
    there = re.search(r"/items/(\d+)", texas.send(f"/items/{item}/birth-date", **hidden).location)
    assert there
    asked = int(there[1])
    texas.get(f"/items/{asked}")
    options = re.findall(r'<option value="(\d+)"[^>]*>(Texas|Washington) ', texas.text)
    return Question(texas, washington, asked, {state: record for record, state in options})


def _student(world: World, number: str) -> str:
    """The student to whom a State's record belongs."""
    with world.database.unit_of_work(read_only=True) as session:
        statement = select(Membership.student_id).join(SourceRecord, SourceRecord.id == Membership.source_record_id)
        current = statement.where(SourceRecord.state_student_id == number, Membership.valid_to.is_(None))
        return session.scalars(current).one()


def _dispute(person: Visitor, student: str) -> None:
    record = _found(r'<option value="(\d+)"', person, f"/students/{student}")
    fields = {"record": record, "made_by": "parent", "statement": "She was born in March.\nAsk me."}
    person.send(f"/students/{student}/disputes", **fields, key=person.field("key"))
