"""A batch: items that one person decided together, what has come of each, and taking them all back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import decisions, ledger
from linkage.identity.ledger import EventKind
from linkage.identity.views import Account, Request, Status, Verdict, door_of
from linkage.store.database import Database, lock_identity
from linkage.store.models import Batch, BatchItem, Decision, WorklistItem

Progress = Callable[[int, int], None]  # how many are done, of how many
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class BatchView:
    """`refused`: item -> why. `left`: items that are still to be decided, with the same key. `stopped`: why it stopped before the end."""

    batch_id: int
    verdict: Verdict
    at: datetime
    decided: tuple[int, ...]
    refused: Mapping[int, str]
    left: tuple[int, ...]
    sample: tuple[int, ...]
    undone: datetime | None
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class BatchUndone:
    """Items whose decision was taken back, and item -> why it could not be."""

    undone: tuple[int, ...]
    kept: Mapping[int, str]


def recent(session: Session, account: Account, *, most: int = 10) -> list[BatchView]:
    """This person's latest batches, the newest first."""
    statement = select(Batch.id).where(Batch.account_id == account.id).order_by(Batch.id.desc()).limit(most)
    return [view(session, account, batch_id) for batch_id in session.scalars(statement).all()]


def view(session: Session, account: Account, batch_id: int, *, stopped: str = "") -> BatchView:
    """A batch of this person and what has come of it so far. Raises UnknownIdError."""
    batch = own(session, account, batch_id)
    rows = rows_of(session, batch_id)
    return BatchView(
        batch_id=batch.id,
        verdict=Verdict(batch.verdict),
        at=batch.at,
        decided=tuple(row.item_id for row in rows if row.decision_id),
        refused={row.item_id: row.refusal for row in rows if row.refusal},
        left=tuple(row.item_id for row in rows if not row.decision_id and not row.refusal),
        sample=tuple(batch.sample),
        undone=batch.undone,
        stopped=stopped,
    )


def undo(
    database: Database, account: Account, batch_id: int, *, note: str, clock: Clock, progress: Progress | None = None
) -> BatchUndone:
    """Take every decision of a batch back that can be, each by itself; what still waits is withdrawn. Raises UnknownIdError."""
    with database.unit_of_work() as session:
        batch = own(session, account, batch_id)
        made = {row.item_id: row.decision_id for row in rows_of(session, batch_id) if row.decision_id}
        if batch.undone is None:
            batch.undone = clock()
            tell_ledger(session, EventKind.BATCH_UNDONE, account, batch, now=batch.undone)
    undone, kept = [], dict[int, str]()
    for number, (item_id, decision_id) in enumerate(made.items(), start=1):
        try:
            with database.unit_of_work() as session:
                key = f"batch {batch_id} undo {decision_id}"
                _take_back(session, account, decision_id, note=note, key=key, now=clock())
            undone.append(item_id)
        except (StateChangeError, UnknownIdError) as error:
            kept[item_id] = str(error)
        if progress:
            progress(number, len(made))
    return BatchUndone(tuple(undone), kept)


def own(session: Session, account: Account, batch_id: int) -> Batch:
    """A batch of this person. Raises UnknownIdError."""
    batch = session.get(Batch, batch_id, populate_existing=True)
    if batch is None or batch.account_id != account.id:
        raise UnknownIdError(f"You have decided no batch {batch_id}.", "Choose one of your own.")
    return batch


def rows_of(session: Session, batch_id: int) -> Sequence[BatchItem]:
    """What has come of each item of a batch, as stored."""
    statement = select(BatchItem).where(BatchItem.batch_id == batch_id).order_by(BatchItem.item_id)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def tell_ledger(
    session: Session, kind: EventKind, account: Account, batch: Batch, *, now: datetime, items: Sequence[int] = ()
) -> None:
    """`items`: those that a batch is about, when it begins."""
    payload = {"batch": batch.id, "verdict": batch.verdict, "items": list(items), "sample": batch.sample}
    ledger.append(session, kind, actor_id=account.id, at=now, payload=payload, through=door_of(account))


def _take_back(session: Session, account: Account, decision_id: int, *, note: str, key: str, now: datetime) -> None:
    lock_identity(session)
    if session.scalar(select(Decision.id).where(Decision.idempotency_key == key)):
        return  # by an undo of the batch that was cut off
    made = session.get_one(Decision, decision_id, populate_existing=True)
    item = session.get_one(WorklistItem, made.item_id, populate_existing=True)
    waits = item.waiting_decision_id == made.id and item.status in (Status.WAITING_VALIDATION, Status.APPROVED)
    if waits:
        decisions.decide(session, account, Request(item.id, item.version, Verdict.WITHDRAW, key, note=note), now=now)
    else:
        decisions.undo(session, account, decision_id, note=note, idempotency_key=key, now=now)
