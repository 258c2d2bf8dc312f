"""Reads single names and small tables through the shipped rules."""

from linkage.records import RecordTable, StandardTable, TextColumn
from linkage.standardize.columns import standardize
from linkage.standardize.layout import MDE_LAYOUT, Layout
from linkage.standardize.people import Person, PersonReader
from rules.rulebook import load_rulebook

RULEBOOK = load_rulebook()
TABLES = RULEBOOK.tables
_CHILD = PersonReader(TABLES, parent=False, suffixes=True)
_PARENT = PersonReader(TABLES, parent=True, suffixes=True)


def parts_of(name: str) -> tuple[str, str, str, str]:
    """`first | middle | last 1 | last 2` -> its four fields."""
    first, middle, last1, last2, *_ = (part.strip() for part in name.split("|"))
    return first, middle, last1, last2


def read(name: str, *, parent: bool = False) -> Person:
    return (_PARENT if parent else _CHILD).read(*parts_of(name))


def written(name: str, *, parent: bool = False) -> str:
    """`MARIA de LUZ | | CRUZ |` and so on: the tokens by slot, + before a token that follows a particle."""
    parts = read(name, parent=parent).parts
    slots = [" ".join(("+" if p.particle else "") + p.text for p in parts if p.slot == slot) for slot in range(4)]
    return " | ".join(slots)


def table_of(rows: list[dict[str, str]]) -> RecordTable:
    columns = {column: TextColumn.of(row.get(column, "") for row in rows) for column in MDE_LAYOUT.columns()}
    return RecordTable(tuple(str(number) for number in range(len(rows))), columns, ("TX",) * len(rows))


def standard(*rows: dict[str, str], layout: Layout = MDE_LAYOUT) -> StandardTable:
    return standardize(table_of(list(rows)), layout, RULEBOOK)
