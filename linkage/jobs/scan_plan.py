"""What a scan would change in the worklist: its proposals beside the items that can still be decided. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from linkage.identity import memberships
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Kind, Status
from linkage.identity.worklist import situation_of
from linkage.records import Proposal
from linkage.store.models import ItemMember, PairConstraint, Scan, WorklistItem


@dataclass(frozen=True, slots=True)
class Seen:
    """What the scan read before it began: record -> version, record -> student, answers in force, and the noes gone stale."""

    versions: Mapping[int, int]
    students: Mapping[int, str]
    last_version_id: int  # of the source record versions
    answers: frozenset[int]  # ids of the pair constraints, yes and no
    stale: frozenset[int]


@dataclass(frozen=True, slots=True)
class Item:
    """An item that can still be decided: the versions of its records, and the rules it was found by."""

    row: WorklistItem
    versions: Mapping[int, int]
    rulebook_hash: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`new`: proposals without an item; `changed`: those whose item says something else; `gone`: items that nothing proposes any more."""

    new: tuple[Proposal, ...]
    changed: tuple[tuple[Proposal, Item], ...]
    gone: tuple[Item, ...]
    unchanged: int

    @classmethod
    def of(
        cls, proposals: Sequence[Proposal], items: Mapping[str, Item], rulebook_hash: str, seen: Seen, now: datetime
    ) -> "Plan":
        new = tuple(one for one in proposals if one.key not in items)
        known = [(one, items[one.key]) for one in proposals if one.key in items]
        changed = tuple(
            (one, item) for one, item in known if _free(item.row, now) and _differs(one, item, rulebook_hash, seen)
        )
        keys = {one.key for one in proposals}
        gone = tuple(item for key, item in items.items() if _free(item.row, now) and key not in keys)
        return cls(new, changed, gone, len(proposals) - len(new) - len(changed))


def _free(row: WorklistItem, now: datetime) -> bool:
    """Whether nobody is at it: an expired claim is none, and what was passed up waits there."""
    return situation_of(row, now).status in (Status.OPEN, Status.ESCALATED)


def _differs(proposal: Proposal, item: Item, rulebook_hash: str, seen: Seen) -> bool:
    versions = {record: seen.versions[record] for record in members_of(proposal)}
    if item.versions.keys() - versions.keys():
        return False  # a person has added a record and is at it; the page says which records changed since
    return (
        item.versions != versions or item.rulebook_hash != rulebook_hash or set(item.row.guards) != set(proposal.guards)
    )


def unfinished(session: Session) -> dict[str, Item]:
    """Key -> item that can still be decided."""
    statement = (
        select(WorklistItem, Scan.rulebook_hash)
        .join(Scan, Scan.id == WorklistItem.scan_id)
        .where(_of_scans())
        .order_by(WorklistItem.id)
    )
    found = session.execute(statement).all()
    versions: dict[int, dict[int, int]] = {row.id: {} for row, _ in found}
    members = (
        select(ItemMember.item_id, ItemMember.source_record_id, ItemMember.version)
        .join(WorklistItem, WorklistItem.id == ItemMember.item_id)
        .where(_of_scans())
    )
    for item_id, record_id, version in session.execute(members):
        versions[item_id][record_id] = version
    return {row.key: Item(row, versions[row.id], rulebook_hash) for row, rulebook_hash in found}


def _of_scans() -> ColumnElement[bool]:
    """What the pipeline proposes: an item about a birth date follows its near match, one that a person flagged follows the person."""
    proposed = WorklistItem.scan_id.is_not(None) & (WorklistItem.kind != str(Kind.BIRTH_DATE))
    return WorklistItem.status.in_(UNFINISHED) & proposed


def still_open(session: Session, proposals: Sequence[Proposal], seen: Seen) -> list[Proposal]:
    """The proposals about whose records nobody has merged, undone or answered anything while the pipeline was running."""
    present = memberships.everybody(session).items()
    moved = {record for record, student in present if seen.students.get(record, student) != student}
    answers = session.execute(
        select(PairConstraint.id, PairConstraint.record_a, PairConstraint.record_b).where(PairConstraint.active)
    )
    answered = [{a, b} for number, a, b in answers if number not in seen.answers]
    members = [(one, set(members_of(one))) for one in proposals]
    return [one for one, records in members if not records & moved and not any(pair <= records for pair in answered)]


def members_of(proposal: Proposal) -> list[int]:
    """The records of a proposal, ascending."""
    return sorted(int(record) for record in proposal.members)
