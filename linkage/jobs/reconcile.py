"""Proposals of a scan against the worklist as it stands: open what is new, refresh what changed, supersede what is gone.

The same proposals twice change nothing. An item that somebody works on, has made a proposal for, or has asked information for, is left
alone; its page says which records changed since.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from linkage.identity import ledger, ownership
from linkage.identity.constraints import IDENTITY_CHANGED
from linkage.identity.handling import leave_claim
from linkage.identity.ledger import EventKind
from linkage.identity.views import Kind, Status
from linkage.jobs.returned import why_questioned, why_returned
from linkage.jobs.scan_plan import Item, Plan, Seen, members_of, still_open, unfinished
from linkage.pipeline import Found
from linkage.propose.near_matches import NEAR_MATCH
from linkage.propose.splits import SPLIT
from linkage.records import Proposal
from linkage.store.models import ItemMember, PairConstraint, Scan, ScoredPair, WorklistItem


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
    items = unfinished(session)
    current = still_open(session, found.proposals, seen)
    plan = Plan.of(current, items, rulebook_hash, seen, now)
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


def _end_stale(session: Session, seen: Seen, now: datetime) -> tuple[int, ...]:
    """Refusals whose fingerprints no longer fit stop to count; those undone meanwhile have stopped already."""
    statement = select(PairConstraint.id).where(PairConstraint.active, PairConstraint.id.in_(sorted(seen.stale)))
    ended = tuple(sorted(session.scalars(statement)))
    session.execute(
        update(PairConstraint)
        .where(PairConstraint.id.in_(ended))
        .values(active=False, ended_at=now, ended_because=IDENTITY_CHANGED)
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
    why = _WHY[proposal.kind](session, members_of(proposal))
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


def _refresh(session: Session, proposal: Proposal, item: Item, scan: Scan, seen: Seen) -> None:
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
        for record in members_of(proposal)
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
