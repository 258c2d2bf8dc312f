"""A birth-date item and its case: opened by a person or by a scan, changed step by step, ended without an answer.

Every change takes the item's version, as a decision does, and is told to the ledger.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity import ledger, ownership, recording, scope, states
from linkage.identity.context import require
from linkage.identity.dob.procedures import OPEN
from linkage.identity.dob.sides import Side, differ, receiving, sides_of
from linkage.identity.ledger import EventKind
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Account, Kind, Status, Verdict, door_of
from linkage.identity.worklist import situation_for
from linkage.store.database import lock_identity
from linkage.store.models import BirthDateCase, BirthDateStep, ItemMember, ItemPlace, WorklistItem

NEAR = (Kind.NEAR_MATCH, Kind.IDENTITY_RETURNED)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something entered in a case: for which version of the item. `idempotency_key` makes it harmless to send it twice."""

    item_id: int
    version: int
    idempotency_key: str
    note: str = ""


def open_case(
    session: Session, account: Account, near_match_id: int, version: int, *, idempotency_key: str = "", now: datetime
) -> int:
    """Say that the birth date must be settled before this near match is decided. Returns the new item, or the one there is.

    Sent twice under one key it opens one item, also where that is finished by now.

    Raises UnknownIdError (not in scope), NotAllowedError, ConflictError (the near match is another version by now),
    StateChangeError (no near match, decided already, all records say the same date, or the key meant something else).
    """
    lock_identity(session)
    near = scope.item_in_scope(session, account, near_match_id)
    require(account, "item:decide")
    before = _opened_before(session, account, near, idempotency_key) or unfinished_of(session, near.id)
    if before:
        return before[0].id
    _refuse_wrong_near_match(session, near, account, now)
    recording.claim(session, near, version, now)
    sides = sides_of(session, scope.members_of(session, near.id))
    if not differ(sides):
        raise StateChangeError(
            "These records say the same birth date, or only one says any.", "There is nothing to settle."
        )
    item = start(session, near, sides, flagged_by=account, now=now)
    if idempotency_key:
        session.add(
            BirthDateStep(
                item_id=item.id,
                procedure="",
                step=OPEN,
                actor_id=account.id,
                at=now,
                idempotency_key=idempotency_key,
            )
        )
        session.flush()
    return item.id


def _opened_before(session: Session, account: Account, near: WorklistItem, key: str) -> list[WorklistItem]:
    """The item that the same request has opened: none or one."""
    opened = session.scalars(select(BirthDateStep).where(BirthDateStep.idempotency_key == key)).one_or_none()
    if opened is None:
        return []
    item = session.get_one(WorklistItem, opened.item_id, populate_existing=True)
    said = (opened.step, opened.actor_id, case_of(session, item).near_match_id)
    refuse_other_use(said == (OPEN, account.id, near.id))
    return [item]


def start(
    session: Session, near: WorklistItem, sides: Sequence[Side], *, flagged_by: Account | None, now: datetime
) -> WorklistItem:
    """The item that `near` waits for. `flagged_by` None: the scan behind `near` found it."""
    records = [side.record_id for side in sides]
    person = flagged_by.id if flagged_by else None
    item = WorklistItem(
        key=hashlib.sha256("|".join((str(Kind.BIRTH_DATE), *map(str, records))).encode()).hexdigest()[:20],
        kind=str(Kind.BIRTH_DATE),
        status=str(Status.OPEN),
        version=1,
        probability=near.probability,
        guards=list(near.guards),
        created=now,
        changed=now,
        scan_id=None if flagged_by else near.scan_id,
        flagged_by=person,
        proposer_id=person,
    )
    session.add(item)
    session.flush()
    versions = scope.members_of(session, near.id)
    session.add_all(ItemMember(item_id=item.id, source_record_id=one, version=versions[one]) for one in records)
    session.add_all(_places(session, near, item))
    session.flush()
    ownership.opened(session, [item], now)
    session.add(BirthDateCase(item_id=item.id, near_match_id=near.id, receiving_record_id=receiving(sides).record_id))
    tell_ledger(session, item, "opened", by=flagged_by, at=now, more={"near_match": near.id, "records": records})
    return item


def _places(session: Session, near: WorklistItem, item: WorklistItem) -> list[ItemPlace]:
    """Where the near match stands, there stands its birth date, with nobody in particular."""
    places = session.scalars(select(ItemPlace).where(ItemPlace.item_id == near.id))
    return [
        ItemPlace(
            item_id=item.id,
            state=one.state,
            status=item.status,
            level=one.level,
            district=one.district,
            region=one.region,
        )
        for one in places
    ]


def _refuse_wrong_near_match(session: Session, near: WorklistItem, account: Account, now: datetime) -> None:
    if near.kind not in NEAR:
        raise StateChangeError("Only a near match waits for a birth date.", "Open the near match of these records.")
    situation = situation_for(session, near, account, now)
    if situation.status in (Status.WAITING_VALIDATION, Status.WAITING_INFORMATION):
        return
    reason = states.refusal(situation, Verdict.NEED_INFORMATION, account)
    if reason:
        raise NotAllowedError(reason)


def take(session: Session, account: Account, entry: Entry, now: datetime) -> WorklistItem:
    """The item, for an entry: in scope, unfinished, and its version taken.

    Evidence and steps may come from either State, also while somebody has claimed the item: they decide nothing.
    """
    item = scope.item_in_scope(session, account, entry.item_id)
    require(account, "item:decide")
    case_of(session, item)
    if not entry.idempotency_key:
        raise StateChangeError("An entry needs a key of its own.", "Look at the item again.")
    recording.claim(session, item, entry.version, now)
    if item.status not in UNFINISHED:
        raise StateChangeError("This item is finished.", "Undo its decision first if it was wrong.")
    item.answered = item.answered or now
    return item


def refuse_other_use(same: bool) -> None:
    """Raises StateChangeError if a key was sent before with something else."""
    if not same:
        raise StateChangeError("This request was sent before, for something else.", "Look at the item again.")


def case_of(session: Session, item: WorklistItem) -> BirthDateCase:
    """Raises StateChangeError if the item is not about a birth date."""
    case = session.get(BirthDateCase, item.id, populate_existing=True)
    if case is None:
        raise StateChangeError("This item is not about a birth date.", "Open the birth-date item.")
    return case


def unfinished_of(session: Session, near_match_id: int) -> list[WorklistItem]:
    """The birth-date items that a near match waits for: none or one."""
    statement = (
        select(WorklistItem)
        .join(BirthDateCase, BirthDateCase.item_id == WorklistItem.id)
        .where(BirthDateCase.near_match_id == near_match_id, WorklistItem.status.in_(UNFINISHED))
        .order_by(WorklistItem.id)
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def near_match_ended(session: Session, near_match_id: int, now: datetime) -> None:
    """Different children may have different birth dates: nothing is left to settle."""
    for item in unfinished_of(session, near_match_id):
        supersede(session, item, now)


def supersede(session: Session, item: WorklistItem, now: datetime) -> None:
    """The question is gone without anybody having answered it."""
    item.status, item.version, item.changed = str(Status.SUPERSEDED), item.version + 1, now
    item.claimed_by = item.claimed_until = None
    item.information_from, item.information_due = "", None
    tell_ledger(session, item, "superseded", by=None, at=now)


def tell_ledger(
    session: Session,
    item: WorklistItem,
    what: str,
    *,
    by: Account | None,
    at: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    """Append what has happened to a case: ids and codes only, no date. `by` None: the service itself."""
    payload = {"item": item.id, "item_version": item.version, "what": what} | dict(more or {})
    actor = by.id if by else None
    ledger.append(session, EventKind.BIRTH_DATE_CHANGED, actor_id=actor, at=at, payload=payload, through=door_of(by))
