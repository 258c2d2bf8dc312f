"""Proposals of a scan against the worklist as it stands: open what is new, refresh what changed, supersede what is gone.

The same proposals twice change nothing. An item that somebody works on, has made a proposal for, or has asked information for, is left
alone; its page says which records changed since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from linkage.identity import ledger, ownership
from linkage.identity.handling import leave_claim
from linkage.identity.ledger import EventKind
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Kind, Status
from linkage.identity.worklist import situation_of
from linkage.jobs.returned import why_questioned, why_returned
from linkage.pipeline import Found
from linkage.propose.near_matches import NEAR_MATCH
from linkage.propose.splits import SPLIT
from linkage.records import Proposal
from linkage.store.models import ItemMember, Membership, PairConstraint, Scan, ScoredPair, WorklistItem


@dataclass(frozen=True, slots=True)
class Seen:
    """What the scan read before it began: record -> version, record -> student, answers in force, and the noes gone stale."""

    versions: Mapping[int, int]
    students: Mapping[int, str]
    last_version_id: int  # of the source record versions
    answers: frozenset[int]  # ids of the pair constraints, yes and no
    stale: frozenset[int]


@dataclass(frozen=True, slots=True)
class Changes:
    """Worklist items by what happened to them. `overtaken`: proposals that a decision made meanwhile has answered."""

    opened: tuple[int, ...] = ()
    refreshed: tuple[int, ...] = ()
    superseded: tuple[int, ...] = ()
    returned: int = 0  # of the opened ones: asked again because an identity field changed
    unchanged: int = 0
    overtaken: int = 0
    ended: tuple[int, ...] = ()  # constraints that no longer hold


def reconcile(
    session: Session, found: Found, rulebook_hash: str, seen: Seen, now: datetime
) -> tuple[int | None, Changes]:
    """Bring the worklist up to date; the caller holds the identity lock. Returns the scan's id, None if nothing changed."""
    items = _unfinished(session)
    current = _still_open(session, found.proposals, seen)
    plan = _Plan.of(current, items, rulebook_hash, seen, now)
    changes = Changes(unchanged=plan.unchanged, overtaken=len(found.proposals) - len(current))
    ended = _end_stale(session, seen, now)
    if not (plan.new or plan.changed or plan.gone or ended):
        return None, changes
    scan = _store_scan(session, found, rulebook_hash, seen, now)
    opened = [_open(session, proposal, scan, seen) for proposal in plan.new]
    ownership.opened(session, opened, now)
    for proposal, item in plan.changed:
        _refresh(session, proposal, item, scan, seen)
    ownership.renew(session, [item.row.id for _, item in plan.changed], now)
    for item in plan.gone:
        _touch(item.row, now, status=Status.SUPERSEDED)
    changes = replace(
        changes,
        opened=tuple(row.id for row in opened),
        refreshed=tuple(item.row.id for _, item in plan.changed),
        superseded=tuple(item.row.id for item in plan.gone),
        returned=sum(row.kind == Kind.IDENTITY_RETURNED for row in opened),
        ended=ended,
    )
    _finish(session, scan, changes)
    return scan.id, changes


@dataclass(frozen=True, slots=True)
class _Item:
    row: WorklistItem
    versions: Mapping[int, int]
    rulebook_hash: str


@dataclass(frozen=True, slots=True)
class _Plan:
    new: tuple[Proposal, ...]
    changed: tuple[tuple[Proposal, _Item], ...]
    gone: tuple[_Item, ...]
    unchanged: int

    @classmethod
    def of(
        cls, proposals: Sequence[Proposal], items: Mapping[str, _Item], rulebook_hash: str, seen: Seen, now: datetime
    ) -> "_Plan":
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


def _differs(proposal: Proposal, item: _Item, rulebook_hash: str, seen: Seen) -> bool:
    versions = {record: seen.versions[record] for record in _members(proposal)}
    if item.versions.keys() - versions.keys():
        return False  # a person has added a record and is at it; the page says which records changed since
    return (
        item.versions != versions or item.rulebook_hash != rulebook_hash or set(item.row.guards) != set(proposal.guards)
    )


def _unfinished(session: Session) -> dict[str, _Item]:
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
    return {row.key: _Item(row, versions[row.id], rulebook_hash) for row, rulebook_hash in found}


def _of_scans() -> ColumnElement[bool]:
    """What the pipeline proposes: an item about a birth date follows its near match, one that a person flagged follows the person."""
    proposed = WorklistItem.scan_id.is_not(None) & (WorklistItem.kind != str(Kind.BIRTH_DATE))
    return WorklistItem.status.in_(UNFINISHED) & proposed


def _still_open(session: Session, proposals: Sequence[Proposal], seen: Seen) -> list[Proposal]:
    """The proposals about whose records nobody has merged, undone or answered anything while the pipeline was running."""
    present = session.execute(
        select(Membership.source_record_id, Membership.student_id).where(Membership.valid_to.is_(None))
    )
    moved = {record for record, student in present if seen.students.get(record, student) != student}
    answers = session.execute(
        select(PairConstraint.id, PairConstraint.record_a, PairConstraint.record_b).where(PairConstraint.active)
    )
    answered = [{a, b} for number, a, b in answers if number not in seen.answers]
    members = [(one, set(_members(one))) for one in proposals]
    return [one for one, records in members if not records & moved and not any(pair <= records for pair in answered)]


def _end_stale(session: Session, seen: Seen, now: datetime) -> tuple[int, ...]:
    """Refusals whose fingerprints no longer fit stop to count; those undone meanwhile have stopped already."""
    statement = select(PairConstraint.id).where(PairConstraint.active, PairConstraint.id.in_(sorted(seen.stale)))
    ended = tuple(sorted(session.scalars(statement)))
    session.execute(
        update(PairConstraint)
        .where(PairConstraint.id.in_(ended))
        .values(active=False, ended_at=now, ended_because="identity_changed")
    )
    return ended


def _store_scan(session: Session, found: Found, rulebook_hash: str, seen: Seen, now: datetime) -> Scan:
    scan = Scan(
        started=now,
        rulebook_hash=rulebook_hash,
        last_version_id=seen.last_version_id,
        records=found.records,
        candidate_pairs=found.candidate_pairs,
        near_matches=found.near_matches,
        proposals=len(found.proposals),
        opened=0,
        refreshed=0,
        superseded=0,
    )
    session.add(scan)
    session.flush()
    return scan


def _open(session: Session, proposal: Proposal, scan: Scan, seen: Seen) -> WorklistItem:
    why = _WHY[proposal.kind](session, _members(proposal))
    row = WorklistItem(
        key=proposal.key,
        kind=str(Kind.IDENTITY_RETURNED) if why and proposal.kind == NEAR_MATCH else proposal.kind,
        status=str(Status.OPEN),
        version=1,
        probability=proposal.probability,
        guards=list(proposal.guards),
        created=scan.started,
        changed=scan.started,
        scan_id=scan.id,
        returned_reason=why,
    )
    session.add(row)
    session.flush()
    _store_evidence(session, row, proposal, scan, seen)
    return row


_WHY = {NEAR_MATCH: why_returned, SPLIT: why_questioned}


def _refresh(session: Session, proposal: Proposal, item: _Item, scan: Scan, seen: Seen) -> None:
    """The same records with newer versions or other rules: the evidence is replaced, and whoever looks is told."""
    for table in (ItemMember, ScoredPair):
        session.execute(delete(table).where(table.item_id == item.row.id))
    item.row.probability = proposal.probability
    item.row.guards = list(proposal.guards)
    item.row.scan_id = scan.id
    _touch(item.row, scan.started)
    _store_evidence(session, item.row, proposal, scan, seen)


def _touch(row: WorklistItem, now: datetime, *, status: Status | None = None) -> None:
    row.version += 1
    row.changed = now
    leave_claim(row)  # one that has expired
    if status:
        row.status = str(status)


def _store_evidence(session: Session, row: WorklistItem, proposal: Proposal, scan: Scan, seen: Seen) -> None:
    session.add_all(
        ItemMember(item_id=row.id, source_record_id=record, version=seen.versions[record])
        for record in _members(proposal)
    )
    for pair in proposal.pairs:
        a, b = sorted((int(pair.left), int(pair.right)))
        session.add(
            ScoredPair(
                item_id=row.id,
                scan_id=scan.id,
                record_a=a,
                record_b=b,
                version_a=seen.versions[a],
                version_b=seen.versions[b],
                weight=pair.weight,
                probability=pair.probability,
                band=pair.band,
                guards=list(pair.guards),
                lines=[[line.field, line.title, line.level, line.sentence, line.weight] for line in pair.lines],
                rulebook_hash=scan.rulebook_hash,
            )
        )


def _finish(session: Session, scan: Scan, changes: Changes) -> None:
    scan.opened, scan.refreshed, scan.superseded = map(len, (changes.opened, changes.refreshed, changes.superseded))
    payload = {
        "scan": scan.id,
        "rulebook": scan.rulebook_hash,
        "opened": list(changes.opened),
        "refreshed": list(changes.refreshed),
        "superseded": list(changes.superseded),
        "constraints_ended": list(changes.ended),
    }
    ledger.append(session, EventKind.SCAN_RECONCILED, actor_id=None, at=scan.started, payload=payload)


def _members(proposal: Proposal) -> list[int]:
    return sorted(int(record) for record in proposal.members)
