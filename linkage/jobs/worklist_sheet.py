"""A person's open items as a sheet that is filled in offline: one row a source record, the rows of an item together."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity import ledger
from linkage.identity.context import policy, require
from linkage.identity.ledger import EventKind
from linkage.identity.record_views import record_views
from linkage.identity.scope import in_scope
from linkage.identity.states import UNDECIDED
from linkage.identity.views import Account, ItemSummary, Kind, RecordView
from linkage.identity.work_lists import decidable
from linkage.identity.worklist import summaries
from linkage.jobs.sheet_files import Sheet, write_sheet
from linkage.score.explain import in_words
from linkage.store.chunks import chunks
from linkage.store.database import Database
from linkage.store.models import ItemMember, WorklistItem
from rules.policy import Policy

BATCH = 500  # items read at a time


class Column(StrEnum):
    """The columns, by their titles. The last five are the person's to fill."""

    ITEM = "Item"
    VERSION = "Version"
    KIND = "Kind"
    PROBABILITY = "One child, of pairs like this"
    GUARDS = "Guards"
    RECORD = "Record"
    STATE = "State"
    STATE_STUDENT_ID = "State student ID"
    STUDENT_ID = "Student ID"
    FIRST_NAME = "First name"
    MIDDLE_NAME = "Middle name"
    LAST_NAME_1 = "Last name 1"
    LAST_NAME_2 = "Last name 2"
    BIRTH_DATE = "Birth date"
    SEX = "Sex"
    PARENT_1 = "Parent 1"
    PARENT_2 = "Parent 2"
    SCHOOL = "School"
    DISTRICT = "District"
    DECISION = "Decision"
    KEEP = "Keep"
    PART = "Part"
    REASON = "Reason"
    NOTE = "Note"


TO_FILL = (Column.DECISION, Column.KEEP, Column.PART, Column.REASON, Column.NOTE)
DECISIONS = ("same", "different", "twins", "need information")
YES = "yes"
_KINDS = {kind: kind.value.replace("_", " ").capitalize() for kind in Kind}
_HELP = (
    "Each row is a source record; the rows with one number under Item belong together. Fill in the last five columns, and no others.",
    "Decision, in any row of an item: same (one child), different (different children), twins (twins or siblings), need information.",
    "An item without a decision stays as it is. Leave in all rows of an item that you decide.",
    "Part: where only some of the records are one child, write different (or twins) and give each row the number of its child: 1, 2, 3.",
    "Keep: yes in the row whose student ID is to remain, in one row at most (with parts: one a part). Left empty, the rules choose.",
    "Note: what you want to say; need information asks for one. Decision, reason and note hold for the item: once is enough.",
    "Reason, if you give one, is one of these codes:",
)


def export_sheet(database: Database, account: Account, path: Path, *, now: datetime) -> tuple[int, int]:
    """Write the items that this person can decide now, the most probable first; how many items and rows they are.

    Birth dates and validations are left to their pages. The ledger keeps who took which items out, before there is a file.
    Raises NotAllowedError and InputFileError.
    """
    with database.unit_of_work(read_only=True) as session:
        items, sheet = _sheet(session, account, now)
    payload = {"items": items, "rows": len(sheet.rows)}
    with database.unit_of_work() as session:
        ledger.append(
            session, EventKind.SHEET_EXPORTED, actor_id=account.id, at=now, payload=payload, through=account.through
        )
    write_sheet(path, sheet)
    return len(items), len(sheet.rows)


def _sheet(session: Session, account: Account, now: datetime) -> tuple[list[int], Sheet]:
    """The ids of the items, and the sheet that they fill."""
    require(account, "item:view")
    require(account, "student:export")
    statement = (
        select(WorklistItem)
        .where(
            in_scope(account),
            decidable(session, account, now),
            WorklistItem.status.in_([str(one) for one in UNDECIDED]),
        )
        .where(WorklistItem.kind != str(Kind.BIRTH_DATE))
        .order_by(WorklistItem.probability.desc(), WorklistItem.id)
    )
    items = session.scalars(statement).all()
    rules = policy(session)
    rows = [row for some in chunks(items, BATCH) for row in _rows(session, some, rules, now)]
    reasons = rules.decisions.reasons
    sheet = Sheet(
        header=tuple(Column),
        rows=rows,
        group=0,
        choices={Column.DECISION: DECISIONS, Column.KEEP: (YES,), Column.REASON: [one.id for one in reasons]},
        help=[*_HELP, *(f"{one.id}: {one.title}" for one in reasons)],
    )
    return [item.id for item in items], sheet


def _rows(session: Session, items: Sequence[WorklistItem], rules: Policy, now: datetime) -> Iterator[list[str]]:
    statement = select(ItemMember.item_id, ItemMember.source_record_id).where(
        ItemMember.item_id.in_([item.id for item in items])
    )
    members: dict[int, list[int]] = {item.id: [] for item in items}
    for item_id, record_id in session.execute(statement.order_by(ItemMember.source_record_id)):
        members[item_id].append(record_id)
    records = record_views(session, (record_id for found in members.values() for record_id in found))
    for summary in summaries(session, items, now):
        guards = "; ".join(rules.guard(guard).title for guard in summary.guards)
        for record_id in members[summary.item_id]:
            yield _row(summary, guards, records[record_id])


def _row(item: ItemSummary, guards: str, record: RecordView) -> list[str]:
    values = record.values
    last = record.enrollments[-1] if record.enrollments else None
    known = {
        Column.ITEM: str(item.item_id),
        Column.VERSION: str(item.version),
        Column.KIND: _KINDS[Kind(item.kind)],
        Column.PROBABILITY: in_words(item.probability),
        Column.GUARDS: guards,
        Column.RECORD: record.record_id,
        Column.STATE: record.state,
        Column.STATE_STUDENT_ID: record.state_student_id,
        Column.STUDENT_ID: record.student_id,
        Column.FIRST_NAME: values["first_name"],
        Column.MIDDLE_NAME: values["middle_name"],
        Column.LAST_NAME_1: values["last_name_1"],
        Column.LAST_NAME_2: values["last_name_2"],
        Column.BIRTH_DATE: values["birth_date"],
        Column.SEX: values["sex"],
        Column.PARENT_1: _joined(values["parent1_first"], values["parent1_last"]),
        Column.PARENT_2: _joined(values["parent2_first"], values["parent2_last"]),
        Column.SCHOOL: last.school if last else "",
        Column.DISTRICT: last.district if last else "",
    }
    return [known.get(column, "") for column in Column]


def _joined(*names: str) -> str:
    return " ".join(filter(None, names))
