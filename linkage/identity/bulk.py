"""Deciding a class of items together: what it would do, and doing it item by item. What comes of it is a batch (`batches`).

Each item is decided by `decisions.decide` in a unit of work of its own, with every right, limit and second person. What was
interrupted goes on with the same key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import LinkageError, StateChangeError, StorageError
from linkage.identity import child_count, decisions, limits, memberships, previews
from linkage.identity.batches import BatchView, Clock, Progress, own, rows_of, tell_ledger, view
from linkage.identity.bulk_classes import ANSWERS, Likeness, Sample, open_items, sample
from linkage.identity.context import policy, require
from linkage.identity.ledger import EventKind
from linkage.identity.views import Account, Request, Verdict
from linkage.store.database import Database, lock_identity
from linkage.store.models import Batch, BatchItem, Decision


@dataclass(frozen=True, slots=True)
class BulkPreview:
    """`total`: items of the class; `now`: how many the limit of an hour leaves. Of these: how many wait for a second person, the effect
    on the child count, and item -> why it would be refused.
    """

    total: int
    now: int
    second_person: int
    count: str
    refusals: Mapping[int, str]
    sample: Sample


def preview(session: Session, account: Account, likeness: Likeness, verdict: Verdict, now: datetime) -> BulkPreview:
    """What deciding a class would do; nothing is written. Raises StateChangeError for a word that is not decided in bulk."""
    _refuse_word(account, verdict)
    items = open_items(session, account, likeness, now)
    looked_at = sample(session, account, likeness, verdict, now)
    if verdict is not Verdict.SAME:
        return BulkPreview(len(items), len(items), 0, "The child count does not change.", {}, looked_at)
    at_once = items[: _room(session, account, now)]
    second, refusals = 0, dict[int, str]()
    after: list[tuple[int, ...]] = []
    for one in at_once:
        found = previews.preview(session, account, Request(one.item_id, one.version, verdict, ""), now=now)
        second += bool(found.second_person and not found.refusal)
        after += [group.records for group in found.groups]
        if found.refusal:
            refusals[one.item_id] = found.refusal
    return BulkPreview(len(items), len(at_once), second, _effect(session, after, now), refusals, looked_at)


def decide(
    database: Database,
    account: Account,
    likeness: Likeness,
    verdict: Verdict,
    *,
    key: str,
    clock: Clock,
    reason: str = "",
    note: str = "",
    most: int | None = None,
    progress: Progress | None = None,
) -> BatchView:
    """Decide all items of a class, or `most` of them at this time; or go on with the batch of this key.

    Raises NotAllowedError and StateChangeError (the sample is not decided, or decided otherwise; the key meant something else).
    """
    with database.unit_of_work() as session:
        batch_id = _begun(session, account, likeness, verdict, key=key, now=clock())
    with database.unit_of_work(read_only=True) as session:
        left = view(session, account, batch_id).left[:most]
    stopped = ""
    for number, item_id in enumerate(left, start=1):
        request = Request(item_id, 0, verdict, f"{key}:{item_id}", note=note, reason=reason)
        stopped = _decide_one(database, account, batch_id, likeness, request, now=clock())
        if stopped:
            break
        if progress:
            progress(number, len(left))
    with database.unit_of_work(read_only=True) as session:
        return view(session, account, batch_id, stopped=stopped)


def go_on(database: Database, account: Account, batch_id: int, *, clock: Clock, most: int | None = None) -> BatchView:
    """Decide what is left of a batch, with the note and the reason that it has. Raises UnknownIdError, StateChangeError."""
    with database.unit_of_work(read_only=True) as session:
        batch = own(session, account, batch_id)
        likeness, verdict, key = Likeness.of(batch.likeness), Verdict(batch.verdict), batch.idempotency_key
        made = next((row.decision_id for row in rows_of(session, batch_id) if row.decision_id), None)
        first = session.get(Decision, made) if made else None
        note, reason = (first.note, first.reason) if first else ("", "")
    return decide(database, account, likeness, verdict, key=key, clock=clock, reason=reason, note=note, most=most)


def _begun(session: Session, account: Account, likeness: Likeness, verdict: Verdict, *, key: str, now: datetime) -> int:
    """The batch of this key, made if there is none yet, with all items that it is about."""
    lock_identity(session)
    _refuse_word(account, verdict)
    stored = session.scalars(select(Batch).where(Batch.idempotency_key == key)).one_or_none()
    if stored is not None:
        if (stored.account_id, stored.verdict, stored.likeness) != (account.id, str(verdict), likeness.codes):
            raise StateChangeError("This request was sent before, for another batch.", "Choose the class again.")
        if stored.undone is not None:
            raise StateChangeError("This batch was taken back.", "Choose the class again.")
        return stored.id
    looked_at = sample(session, account, likeness, verdict, now)
    if looked_at.refusal:
        raise StateChangeError(looked_at.refusal)
    items = open_items(session, account, likeness, now)
    if not items:
        raise StateChangeError("No item of this class is open any more.", "Choose another class.")
    batch = Batch(
        account_id=account.id,
        at=now,
        verdict=str(verdict),
        likeness=dict(likeness.codes),
        sample=list(looked_at.items),
        idempotency_key=key,
    )
    session.add(batch)
    session.flush()
    session.add_all(BatchItem(batch_id=batch.id, item_id=one.item_id) for one in items)
    tell_ledger(session, EventKind.BATCH_DECIDED, account, batch, now=now, items=[one.item_id for one in items])
    return batch.id


def _decide_one(
    database: Database, account: Account, batch_id: int, likeness: Likeness, request: Request, *, now: datetime
) -> str:
    """Decide one item and keep what came of it; why the batch must stop here, "" if it goes on."""
    refusal = ""
    try:
        with database.unit_of_work() as session:
            lock_identity(session)
            try:
                limits.refuse_too_many(session, account, request.verdict, now)
            except StateChangeError as error:
                return str(error)
            found = open_items(session, account, likeness, now, [request.item_id])
            if not found:
                raise StateChangeError("This item is no longer open, or no longer like the others.")
            versioned = replace(request, version=found[0].version)
            outcome = decisions.decide(session, account, versioned, now=now)
            session.get_one(BatchItem, (batch_id, request.item_id)).decision_id = outcome.decision_id
    except StorageError:
        raise
    except LinkageError as error:
        refusal = str(error)
    if refusal:
        with database.unit_of_work() as session:
            session.get_one(BatchItem, (batch_id, request.item_id)).refusal = refusal
    return ""


def _refuse_word(account: Account, verdict: Verdict) -> None:
    require(account, "item:decide")
    if verdict not in ANSWERS:
        raise StateChangeError("Items are decided together as same, different or twins.", "Decide them one by one.")


def _room(session: Session, account: Account, now: datetime) -> int:
    """How many merges this person may still make in this hour."""
    recent = select(Decision.id).where(
        Decision.actor_id == account.id, Decision.verdict.in_(limits.LIMITED), Decision.at > now - limits.WINDOW
    )
    return max(0, policy(session).decisions.most_an_hour - len(session.scalars(recent).all()))


def _effect(session: Session, after: list[tuple[int, ...]], now: datetime) -> str:
    before: dict[str, list[int]] = {}
    for record, student in memberships.students_of(session, (one for group in after for one in group)).items():
        before.setdefault(student, []).append(record)
    return child_count.effect(session, list(before.values()), after, now.date()).sentence
