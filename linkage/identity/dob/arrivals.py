"""What arrives for the birth-date items: corrected records, and scans that find new conflicts or none any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Text, exists, select, type_coerce, update
from sqlalchemy.orm import Session, aliased

from linkage.identity import decisions, scope
from linkage.identity.context import dob_evidence, policy
from linkage.identity.dob import cases
from linkage.identity.dob.settling import is_corrected
from linkage.identity.dob.sides import Side, differ, sides_of
from linkage.identity.states import UNDECIDED, UNFINISHED
from linkage.identity.views import Kind, Request, Status, Verdict
from linkage.store.models import BirthDateCase, Decision, ItemMember, SourceRecordVersion, WorklistItem

GUARD = "GUARD-VERIFIED"  # two birth dates, both seen on a document
ASKING = (*UNDECIDED, Status.WAITING_INFORMATION)


@dataclass(frozen=True, slots=True)
class Found:
    """Birth-date items by what a scan did to them."""

    opened: tuple[int, ...] = ()
    applied: tuple[int, ...] = ()
    superseded: tuple[int, ...] = ()


def apply_corrected(session: Session, now: datetime, record_ids: Iterable[int] | None = None) -> tuple[int, ...]:
    """Apply every settled birth date whose corrected records have all arrived; `record_ids`: those that changed, None for any.

    The caller holds the identity lock. Returns the items.
    """
    statement = _cases(Status.WAITING_INFORMATION).where(BirthDateCase.decision_id.is_not(None))
    if record_ids is not None:
        about = select(ItemMember.item_id).where(ItemMember.source_record_id.in_(sorted(set(record_ids))))
        statement = statement.where(WorklistItem.id.in_(about))
    done = []
    for item, case in session.execute(statement.order_by(WorklistItem.id)).all():
        settled = session.get_one(Decision, case.decision_id)
        sides = sides_of(session, scope.members_of(session, item.id))
        if is_corrected(sides, case.agreed_date, settled.detail["corrects"]):
            key = f"birth-date-{item.id}-{item.version}"
            decisions.decide(session, None, Request(item.id, item.version, Verdict.APPLY, key), now=now)
            done.append(item.id)
    return tuple(done)


def reconcile(session: Session, now: datetime) -> Found:
    """After a scan: close what has come right by itself or has lost its near match, open what the near matches ask for.

    The caller holds the identity lock.
    """
    _see_current_versions(session)
    applied = apply_corrected(session, now)
    superseded = tuple(item.id for item in _without_question(session, now))
    opened = tuple(_open(session, near, now) for near in _asking(session))
    return Found(tuple(one for one in opened if one), applied, superseded)


def ask(session: Session, near_match_id: int, now: datetime) -> int | None:
    """A near match has got another record: open the birth-date item that it asks for now, if any, and return its id."""
    asking = [near for near in _asking(session) if near.id == near_match_id]
    return _open(session, asking[0], now) if asking else None


def _cases(*statuses: Status) -> Select[WorklistItem, BirthDateCase]:
    statement = select(WorklistItem, BirthDateCase).join(BirthDateCase, BirthDateCase.item_id == WorklistItem.id)
    return statement.where(WorklistItem.status.in_(statuses)).execution_options(populate_existing=True)


def _see_current_versions(session: Session) -> None:
    """The items rest on the versions that are current: it is the date that counts, and a settled one is watched."""
    current = select(SourceRecordVersion.number).where(
        SourceRecordVersion.source_record_id == ItemMember.source_record_id, SourceRecordVersion.is_current
    )
    unfinished = select(WorklistItem.id).where(
        WorklistItem.kind == str(Kind.BIRTH_DATE), WorklistItem.status.in_(UNFINISHED)
    )
    session.execute(
        update(ItemMember)
        .where(ItemMember.item_id.in_(unfinished))
        .values(version=current.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _without_question(session: Session, now: datetime) -> list[WorklistItem]:
    """Items in which nobody has settled anything and nothing is left to settle. What somebody works on is left alone while the dates
    differ.
    """
    settled = exists().where(Decision.item_id == WorklistItem.id, Decision.verdict == str(Verdict.SETTLE_DATE))
    gone = []
    for item, case in session.execute(_cases(*UNFINISHED).where(~settled)).all():
        sides = sides_of(session, scope.members_of(session, item.id))
        found_by_scan = item.flagged_by is None
        lost = not _waits(session, item, case) or (found_by_scan and not _documented(session, sides))
        if not differ(sides) or (lost and item.status == Status.OPEN):
            cases.supersede(session, item, now)
            gone.append(item)
    return gone


def _waits(session: Session, item: WorklistItem, case: BirthDateCase) -> bool:
    """Whether a near match still waits for this; one that a scan has replaced hands its question to its successor."""
    if session.get_one(WorklistItem, case.near_match_id, populate_existing=True).status in UNFINISHED:
        return True
    near, members = aliased(ItemMember), scope.members_of(session, item.id)
    successor = select(WorklistItem).where(
        WorklistItem.kind.in_([str(kind) for kind in cases.NEAR]), WorklistItem.status.in_(ASKING)
    )
    for record in members:
        successor = successor.where(exists().where(near.item_id == WorklistItem.id, near.source_record_id == record))
    found = session.scalars(successor.order_by(WorklistItem.id).limit(1)).first()
    case.near_match_id = found.id if found else case.near_match_id
    return found is not None


def _asking(session: Session) -> list[WorklistItem]:
    """Near matches with two documented birth dates that wait for no birth-date item yet."""
    item = aliased(WorklistItem)
    waits = exists().where(
        BirthDateCase.near_match_id == WorklistItem.id, item.id == BirthDateCase.item_id, item.status.in_(UNFINISHED)
    )
    statement = select(WorklistItem).where(
        WorklistItem.kind.in_([str(kind) for kind in cases.NEAR]), WorklistItem.status.in_(ASKING), ~waits
    )
    statement = statement.where(type_coerce(WorklistItem.guards, Text).contains(GUARD)).order_by(WorklistItem.id)
    return list(session.scalars(statement))


def _open(session: Session, near: WorklistItem, now: datetime) -> int | None:
    sides = sides_of(session, scope.members_of(session, near.id))
    if not _documented(session, sides):
        return None
    return cases.start(session, near, sides, flagged_by=None, now=now).id


def _documented(session: Session, sides: Iterable[Side]) -> bool:
    """Whether two of the records say different dates and both rest on a document that GUARD-VERIFIED counts."""
    rules = dob_evidence(session)
    weakest = rules.rank(policy(session).guards.verified.weakest_tier)
    return differ(side for side in sides if rules.rank_of(side.document) <= weakest)
