"""Masked roles look at a value only where they must: one field of one record at a time, for some minutes, so many a day, each in the ledger."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import ledger
from linkage.identity.context import policy, require
from linkage.identity.ledger import EventKind
from linkage.identity.masking import Mask, Visible
from linkage.identity.scope import item_in_scope
from linkage.identity.views import Account
from linkage.store.models import AccountRow, ItemMember, Reveal, SourceRecord
from rules.mde_list import load_mde_list

DAY = timedelta(hours=24)


def is_masked(account: Account) -> bool:
    """Whether this person sees dots until something is revealed."""
    return account.masked


def mask_of(
    session: Session, account: Account, record_ids: Iterable[int | str] = (), now: datetime | None = None
) -> Mask:
    """What this person sees of these records: apply it to every view before it is shown. Masks nothing for who sees everything.

    `now` None: also what was revealed is dots, as on paper and in files, which outlast the minutes.
    """
    if not account.masked:
        return Mask()
    seen = visible(session, account, record_ids, now) if now else frozenset()
    return Mask(policy(session).masking.fields, seen)


def visible(session: Session, account: Account, record_ids: Iterable[int | str], now: datetime) -> Visible:
    """What this person has revealed of these records, and still sees: (record id, column)."""
    since = now - timedelta(minutes=policy(session).masking.revealed_minutes)
    statement = select(Reveal.source_record_id, Reveal.field).where(
        Reveal.account_id == account.id,
        Reveal.at > since,
        Reveal.source_record_id.in_(sorted({int(one) for one in record_ids})),
    )
    return frozenset((str(record_id), field) for record_id, field in session.execute(statement))


def left_today(session: Session, account: Account, now: datetime) -> int:
    """How many more values this person may reveal, after those of the last 24 hours."""
    used = select(func.count()).where(Reveal.account_id == account.id, Reveal.at > now - DAY)
    return max(policy(session).masking.most_a_day - (session.scalar(used) or 0), 0)


def reveal(  # noqa: PLR0917 - who, where, what, when
    session: Session, account: Account, item_id: int | None, record_id: int, field: str, now: datetime
) -> None:
    """Show one field of one record to this person for some minutes. `item_id`: the item in which it stands, None on a student's page.

    What is visible already is not counted again. Raises UnknownIdError (not a record of an item of this person), NotAllowedError,
    StateChangeError (no masked field, or too many within a day).
    """
    _refuse_others(session, account, item_id, record_id)
    rules = policy(session).masking
    if field not in rules.fields:
        raise StateChangeError("This field is not masked.", "Load the page again.")
    if not account.masked:
        return
    # Two requests at once count one after the other.
    session.execute(select(AccountRow.id).where(AccountRow.id == account.id).with_for_update())
    if (str(record_id), field) in visible(session, account, [record_id], now):
        return
    if not left_today(session, account, now):
        raise StateChangeError(
            f"You have looked at {rules.most_a_day} masked values within 24 hours, and no more are shown.",
            "Decide without it, or hand the item to a colleague.",
        )
    row = Reveal(account_id=account.id, source_record_id=record_id, field=field, item_id=item_id, at=now)
    session.add(row)
    session.flush()
    element = load_mde_list().element(field).number
    payload = {"reveal": row.id, "record": record_id, "element": element, "item": item_id}
    ledger.append(
        session, EventKind.VALUE_REVEALED, actor_id=account.id, at=now, payload=payload, through=account.through
    )


def _refuse_others(session: Session, account: Account, item_id: int | None, record_id: int) -> None:
    if item_id is None:
        require(account, "student:view")
        known = session.get(SourceRecord, record_id) is not None
    else:
        item_in_scope(session, account, item_id)
        known = session.get(ItemMember, (item_id, record_id)) is not None
    if not known:
        raise UnknownIdError(f"There is no record {record_id} here.", "Load the page again.")
