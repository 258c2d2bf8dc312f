"""A world for one afternoon: forty near matches of Texas, most of them with Washington, each with what is to be said of it.

Records and accounts go in as those of `ui_helpers`; only the matching is played, so that each item asks for one kind of answer.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from linkage.identity import accounts
from linkage.pipeline import Found
from linkage.records import RecordTable
from linkage.store.database import Database
from tests.ui_helpers import BASE, PASSWORD, START, fill, found_in

# What is to be said, of how many items, from which States, and with which warning.
PLAN: Sequence[tuple[str, int, tuple[str, ...], tuple[str, ...]]] = (
    ("same", 8, ("TX", "WA"), ()),
    ("same with a reason", 2, ("TX", "WA"), ("GUARD-COMMON",)),
    ("different", 7, ("TX", "WA"), ()),
    ("twins", 6, ("TX", "WA"), ("GUARD-SIB",)),
    ("split", 1, ("TX", "TX", "TX", "WA", "WA"), ("GUARD-SEVERAL",)),
    ("ask", 1, ("TX", "WA"), ()),
    ("ask and reopen", 1, ("TX", "WA"), ()),
    ("undo at once", 1, ("TX", "WA"), ()),
    ("undo later", 1, ("TX", "WA"), ()),
    ("conflict", 1, ("TX", "WA"), ()),
    ("hand on", 1, ("TX", "WA"), ()),
    ("pass up", 1, ("TX", "WA"), ()),
    ("birth date", 1, ("TX", "WA"), ("GUARD-DOB",)),
    ("bulk", 8, ("TX", "TX"), ()),
)
GIVEN = ("Ximena", "Rafael", "Itzel", "Abril", "Mateo", "Renata", "Emiliano", "Citlali")
SURNAMES = ("Quetzal", "Ocampo", "Barrera", "Zavala", "Cisneros")
MOST, LESS = 0.95, 0.30  # alike items come last on the list


def planned() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each item: what is to be said, its records by their State IDs, its warnings. In the order of PLAN."""
    kinds = [(kind, states, guards) for kind, number, states, guards in PLAN for _ in range(number)]
    return [
        (kind, tuple(f"{state}-{item:02}-{record}" for record, state in enumerate(states)), guards)
        for item, (kind, states, guards) in enumerate(kinds)
    ]


def fill_forty(url: str, folder: Path) -> None:
    """A database with this world, and an administrator of the district from which all records come."""
    fill(url, folder, _records(), _find)
    database = Database(url)
    with database.unit_of_work() as session:
        accounts.create(
            session, "tx.dora", "Dora Alaniz", "district_data_administrator", "TX", PASSWORD, START,
            must_change=False, district=BASE["school_district"],
        )  # fmt: skip
    database.close()


def _records() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    records: dict[str, dict[str, tuple[str, ...]]] = {"TX": {}, "WA": {}}
    for item, (kind, members, _) in enumerate(planned()):
        given, surname = GIVEN[item % len(GIVEN)], SURNAMES[item // len(GIVEN)]
        for number, member in enumerate(members):
            day = "2012-03-08" if kind == "birth date" and number else "2012-08-03"
            child = (given, "", surname, "Ruiz" if number else "", "F", day, "Reynosa", "Rosa")
            records[member[:2]][member] = child
    return records


def _find(table: RecordTable, *_: object, **__: object) -> Found:
    near = [
        (members, LESS if kind == "bulk" else round(MOST - item / 100, 2), guards)
        for item, (kind, members, guards) in enumerate(planned())
    ]
    return found_in(table, near)
