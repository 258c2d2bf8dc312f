"""How long the worklist takes with 100,000 students and 5,000 open items, on SQLite.

    python -m benchmarks.worklist
    python -m benchmarks.worklist --students 20000 --open 1000

Students, records and items are invented and written straight into the tables; only what the worklist reads is filled.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from linkage.identity import ownership, worklist
from linkage.identity.ids import IdFactory
from linkage.identity.views import Account, Kind
from linkage.identity.work_lists import Sort, Wanted, WorkList
from linkage.store.base import Base
from linkage.store.database import Database
from linkage.store.models import (
    AccountRow,
    ItemMember,
    Membership,
    RegionDistrict,
    Scan,
    SourceRecord,
    SourceRecordVersion,
    SourceRow,
    Student,
    Upload,
    WorklistItem,
)
from linkage.store.records import DEMOGRAPHICS, ROW_COLUMNS

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
STATES = ("TX", "TX", "TX", "WA", "FL")  # three in five records are of one State
DISTRICTS = 40
SECOND_RECORDS = 10  # one student in so many has two
FINISHED = 4  # finished items for each open one
TIMES = 15


def main() -> None:
    """Fill a database and print the median time of each page."""
    with filled("How long the worklist takes.") as (database, people):
        slowest = max(_measured(database, who, name, read) for who in people for name, read in _pages(who))
        print(f"slowest: {slowest:.0f} ms")


@contextmanager
def filled(description: str) -> Iterator[tuple[Database, list[Account]]]:
    """A SQLite database as large as the command line says, and the people of `fill`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=5_000)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'nearmatch.sqlite3'}")
        database.upgrade()
        with database.unit_of_work() as session:
            people = fill(session, chosen.students, chosen.open)
        yield database, people


def _measured(database: Database, who: Account, name: str, read: Callable[[Session], object]) -> float:
    """The median time in milliseconds, printed."""
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        with database.unit_of_work(read_only=True) as session:
            read(session)
        times.append(1000 * (time.perf_counter() - begun))
    median = statistics.median(times)
    print(f"{who.level:8} {name:34} {median:6.1f} ms")
    return median


def _pages(who: Account) -> Iterator[tuple[str, Callable[[Session], object]]]:
    def page(wanted: Wanted, offset: int = 0) -> Callable[[Session], object]:
        return lambda session: worklist.page(session, who, wanted, offset=offset, now=NOW)

    for one in WorkList:
        yield f"list {one}", page(Wanted(one))
    for sort in Sort:
        yield f"sorted by {sort}", page(Wanted(sort=sort))
    yield "page 20", page(Wanted(), offset=950)
    yield "kind, State, guard", page(Wanted(kind=Kind.NEAR_MATCH, state="WA", guard="GUARD-MB"))
    yield "district", page(Wanted(district="District 7"))
    yield "in the child count", page(Wanted(in_child_count=True))
    yield "older than a week", page(Wanted(older_than=timedelta(days=7)))
    yield "search by item", page(Wanted(search="77"))
    yield "search by student ID of a State", page(Wanted(search="S77"))
    yield "counts of the lists", lambda session: worklist.list_counts(session, who, now=NOW)
    yield "counts of the statuses", lambda session: worklist.counts(session, who)


def fill(session: Session, students: int, open_items: int) -> list[Account]:
    """Invented students and items; returns a State's, a region's and a district's administrator."""
    people = _people(session)
    random = Random(5)
    _records(session, students, random)
    finished = open_items * FINISHED
    items = [_item(number, random, finished=number > open_items) for number in range(1, open_items + finished + 1)]
    _bulk(session, WorklistItem, items)
    records = students + students // SECOND_RECORDS
    members = [(row["id"], record) for row in items for record in random.sample(range(1, records + 1), k=2)]
    rows = [{"item_id": item, "source_record_id": record, "version": 1} for item, record in members]
    _bulk(session, ItemMember, rows)
    session.flush()
    ownership.opened(session, session.scalars(select(WorklistItem)).all(), NOW)
    return people


def _people(session: Session) -> list[Account]:
    session.add_all(
        RegionDistrict(state="TX", district=f"District {number}", region=f"Region {number % 4}")
        for number in range(DISTRICTS)
    )
    people = []
    for name, region, district in (("tex", "", ""), ("reg", "Region 3", ""), ("dis", "", "District 7")):
        role = session.info["roles"].find("state_data_administrator")
        row = AccountRow(
            username=name, display_name=name, role=role.id, state="TX", region=region, district=district,
            password_hash="none", must_change_password=False, failed_count=0, disabled=False, created=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        people.append(Account(row.id, name, name, role.id, "TX", role.permissions, region, district))
    return people


def _records(session: Session, students: int, random: Random) -> None:
    ids = IdFactory(random)
    student_ids = list({ids.student_id(): None for _ in range(students)})
    owners = student_ids + student_ids[: students // SECOND_RECORDS]
    _bulk(session, Student, [{"id": one, "created": NOW} for one in student_ids])
    _bulk(session, Upload, [_upload()])
    records = [
        {
            "id": number,
            "state": random.choice(STATES),
            "state_student_id": f"S{number}",
            "home_student_id": owner,
            "created": NOW,
            "district": f"District {random.randrange(DISTRICTS)}",
        }
        for number, owner in enumerate(owners, start=1)
    ]
    _bulk(session, SourceRecord, records)
    _bulk(session, SourceRecordVersion, [_version(row["id"], random) for row in records])
    _bulk(session, SourceRow, [_row(row, year) for row in records for year in (2024, 2025)])
    memberships = [{"source_record_id": row["id"], "student_id": row["home_student_id"]} for row in records]
    _bulk(session, Membership, [row | {"valid_from": NOW} for row in memberships])


def _upload() -> dict[str, Any]:
    counts = {column.name: 0 for column in Upload.__table__.columns if column.type.python_type is int}
    words = {column.name: "" for column in Upload.__table__.columns if column.type.python_type is str}
    return counts | words | {"id": 1, "actor_id": None, "received": NOW, "header": [], "mapping": {}}


def _version(record_id: int, random: Random) -> dict[str, Any]:
    names = {"first_name": f"Name{random.randrange(900)}", "last_name_1": f"Surname{random.randrange(4000)}"}
    birth = {"birth_date": f"{random.randrange(2006, 2022)}-05-17"}
    fixed = {"source_record_id": record_id, "number": 1, "is_current": True, "upload_id": 1, "created": NOW}
    return dict.fromkeys(DEMOGRAPHICS, "") | fixed | {"digest": ""} | names | birth


def _row(record: dict[str, Any], year: int) -> dict[str, Any]:
    dates = {"qualifying_arrival_date": f"{year}-06-01", "enrollment_date": f"{year}-09-02"}
    fixed = {"source_record_id": record["id"], "upload_id": 1, "line": 1, "natural_key": str(year), "digest": ""}
    more = {"first_version": 1, "raw": [], "school_district": record["district"]}
    return dict.fromkeys(ROW_COLUMNS, "") | fixed | more | dates


def _item(number: int, random: Random, *, finished: bool) -> dict[str, Any]:
    created = NOW - timedelta(days=random.randrange(200 if finished else 20), minutes=random.randrange(1000))
    return {
        "id": number,
        "key": str(number),
        "kind": str(random.choice((Kind.NEAR_MATCH, Kind.NEAR_MATCH, Kind.IDENTITY_RETURNED))),
        "status": "applied" if finished else "open",
        "version": 1,
        "probability": random.random(),
        "guards": random.choice(([], ["GUARD-MB"], ["GUARD-SIB", "GUARD-DOB"])),
        "created": created,
        "changed": created,
        "scan_id": 1,
    }


def _bulk(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if model is WorklistItem:
        counts = {column.name: 0 for column in Scan.__table__.columns if column.name not in {"id", "started"}}
        session.execute(insert(Scan), [counts | {"started": NOW, "rulebook_hash": ""}])
    session.execute(insert(model), rows)


if __name__ == "__main__":
    main()
