"""All that a database holds, without what differs between two runs of the same work: moments, drawn student IDs, gaps in numbers.

    state(session)    table name -> its rows, in an order of their own

Ids become the rank of their row, a student ID becomes the record it was made for. Two databases with the same state hold the same
uploads, versions, rows, students, items, decisions, constraints, notices and ledger events, none of them twice.
"""

import json
import re
from collections import Counter
from typing import Any

from sqlalchemy import Column, DateTime, Table, select
from sqlalchemy.orm import Session

from linkage.store.base import UtcDateTime
from linkage.store.models import Base, ItemMember, Membership, WorklistItem

State = dict[str, Counter[str]]

# References that are no foreign keys.
POINTS_TO = {("scan", "last_version_id"): "source_record_version", ("ledger_event", "actor_id"): "account"}
# What depends on ids or moments and is checked by `nearmatch verify`, or stands beside in other words.
LEFT_OUT = {
    ("ledger_event", "hash"),
    ("ledger_event", "prev_hash"),
    ("ledger_head", "hash"),
    ("worklist_item", "key"),
    ("notice", "key"),
}
LEDGER_IDS = {
    "upload": "upload",
    "scan": "scan",
    "decision": "decision",
    "answers": "decision",
    "item": "worklist_item",
    "opened": "worklist_item",
    "refreshed": "worklist_item",
    "superseded": "worklist_item",
    "account": "account",
    "parts": "source_record",
    "moves": "source_record",
    "constraints_ended": "pair_constraint",
}
_STUDENT = re.compile(r"\b[0-9]{12}\b")


def state(session: Session) -> State:
    """Every row of every table."""
    known = _Known(session)
    return {
        table.name: Counter(known.row(table, row._mapping) for row in session.execute(select(table)))
        for table in Base.metadata.sorted_tables
    }


class _Known:
    """What stands for each id."""

    def __init__(self, session: Session) -> None:
        self._rank: dict[str, dict[Any, Any]] = {}
        for table in Base.metadata.sorted_tables:
            if table.name != "student" and "id" in table.columns:
                ids = session.scalars(select(table.columns["id"]).order_by(table.columns["id"]))
                self._rank[table.name] = {one: rank for rank, one in enumerate(ids, start=1)}
        self._rank["worklist_item"] = self._items(session)
        first = select(Membership.student_id, Membership.source_record_id).order_by(Membership.id.desc())
        self._rank["student"] = {
            student: f"student of record {self._rank['source_record'][record]}"
            for student, record in session.execute(first)
        }

    def _items(self, session: Session) -> dict[Any, Any]:
        """An item is known by its records; of several about the same ones by their order."""
        members: dict[int, list[int]] = {one: [] for one in session.scalars(select(WorklistItem.id))}
        for item, record in session.execute(select(ItemMember.item_id, ItemMember.source_record_id)):
            members[item].append(self._rank["source_record"][record])
        ordered = sorted(members, key=lambda item: (sorted(members[item]), item))
        return {item: rank for rank, item in enumerate(ordered, start=1)}

    def row(self, table: Table, values: Any) -> str:
        said = {
            column.name: self._value(table, column, values[column.name])
            for column in table.columns
            if (table.name, column.name) not in LEFT_OUT and not (column.name == "id" and table.name == "ledger_head")
        }
        return json.dumps(said, sort_keys=True, default=str)

    def _value(self, table: Table, column: Column[Any], value: Any) -> Any:
        if value is None:
            return None
        if isinstance(column.type, (UtcDateTime, DateTime)):
            return "a moment"
        if column.name == "payload":
            payload = json.loads(value) if isinstance(value, str) else value
            return {name: self._told(name, one) for name, one in payload.items() if name != "content"}
        target = POINTS_TO.get((table.name, column.name)) or next(
            (key.column.table.name for key in column.foreign_keys if key.column.name == "id"), ""
        )
        if column.name == "id" and table.name in self._rank:
            target = table.name
        if target:
            return self._rank[target][value]
        return self._students_in(value) if isinstance(value, str) else value

    def _told(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            found = [self._told(name, one) for one in value]
            return found if name in {"moves", "lines", "students"} else sorted(found, key=str)
        if isinstance(value, str):
            return self._students_in(value)
        return self._rank[LEDGER_IDS[name]].get(value, value) if name in LEDGER_IDS and value is not None else value

    def _students_in(self, text: str) -> str:
        return _STUDENT.sub(lambda found: self._rank["student"].get(found[0], found[0]), text)
