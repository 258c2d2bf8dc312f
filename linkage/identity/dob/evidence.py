"""What people have seen: documents with the date they say. Entered and withdrawn, never changed and never deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import scope
from linkage.identity.context import dob_evidence, state_name
from linkage.identity.dob import cases
from linkage.identity.dob.cases import Entry
from linkage.identity.dob.sides import Side
from linkage.identity.views import Account
from linkage.store.database import lock_identity
from linkage.store.models import AccountRow, BirthDateEvidence


@dataclass(frozen=True, slots=True)
class Document:
    """A document that somebody saw. `code` as in rules/dob_evidence.yaml; `record_id`: the record that it speaks for."""

    record_id: int
    code: str
    birth_date: date
    seen_by: str
    seen_at: str
    seen_on: date


@dataclass(frozen=True, slots=True)
class Claim:
    """A date and the document it rests on. `evidence_id` None: nobody has looked yet, the record says so itself (MDE 15)."""

    record_id: int
    code: str
    birth_date: str
    rank: int  # 0 for the strongest tier
    evidence_id: int | None = None


def add(session: Session, account: Account, entry: Entry, document: Document, *, now: datetime) -> int:
    """Enter a document that somebody saw. Returns its number; the same entry twice enters it once.

    Raises UnknownIdError, NotAllowedError, ConflictError (another version), StateChangeError (something is missing or impossible).
    """
    lock_identity(session)
    same_key = BirthDateEvidence.idempotency_key == entry.idempotency_key
    before = session.scalars(select(BirthDateEvidence).where(same_key)).one_or_none()
    if before is not None:
        said = (before.item_id, before.recorded_by, before.source_record_id, before.birth_date)
        meant = (entry.item_id, account.id, document.record_id, document.birth_date.isoformat())
        cases.refuse_other_use(said == meant)
        return before.id
    item = cases.take(session, account, entry, now)
    _refuse_impossible(session, item.id, document, now.date())
    row = BirthDateEvidence(
        item_id=item.id,
        source_record_id=document.record_id,
        document=document.code.removeprefix("0"),
        birth_date=document.birth_date.isoformat(),
        seen_by=document.seen_by.strip(),
        seen_at=document.seen_at.strip(),
        seen_on=document.seen_on.isoformat(),
        recorded_by=account.id,
        recorded=now,
        idempotency_key=entry.idempotency_key,
    )
    session.add(row)
    session.flush()
    more = {"evidence": row.id, "record": row.source_record_id, "document": int(row.document)}
    cases.tell_ledger(session, item, "evidence_entered", by=account, at=now, more=more)
    return row.id


def withdraw(session: Session, account: Account, entry: Entry, evidence_id: int, *, now: datetime) -> None:
    """Take evidence back that was entered wrongly; it stays to be seen. If it is withdrawn already, nothing happens.

    Raises UnknownIdError, NotAllowedError (another State entered it), ConflictError, StateChangeError (no note, or the settled date
    rests on it).
    """
    lock_identity(session)
    scope.item_in_scope(session, account, entry.item_id)
    row = session.get(BirthDateEvidence, evidence_id, populate_existing=True)
    if row is None or row.item_id != entry.item_id:
        raise UnknownIdError(f"This item has no evidence {evidence_id}.", "Look at the item again.")
    if row.withdrawn is not None:
        return
    item = cases.take(session, account, entry, now)
    entered_by = session.get_one(AccountRow, row.recorded_by)
    if entered_by.state != account.state:
        raise NotAllowedError(f"{state_name(entered_by.state)} entered this evidence.", "Ask its administrator.")
    if not entry.note.strip():
        raise StateChangeError("Say in the note what was wrong with it.")
    if cases.case_of(session, item).evidence_id == evidence_id:
        raise StateChangeError("The settled date rests on this evidence.", "Reopen the item first.")
    row.withdrawn_by, row.withdrawn, row.withdrawn_note = account.id, now, entry.note.strip()
    cases.tell_ledger(session, item, "evidence_withdrawn", by=account, at=now, more={"evidence": evidence_id})


def claims(session: Session, item_id: int, sides: Sequence[Side]) -> list[Claim]:
    """What counts now, the best first: the evidence in force, and for a record without any what the record says itself."""
    rules = dob_evidence(session)
    statement = select(BirthDateEvidence).where(
        BirthDateEvidence.item_id == item_id, BirthDateEvidence.withdrawn.is_(None)
    )
    found = [
        Claim(row.source_record_id, row.document, row.birth_date, rules.rank_of(row.document), row.id)
        for row in session.scalars(statement.execution_options(populate_existing=True))
    ]
    looked_at = {claim.record_id for claim in found}
    found += [
        Claim(side.record_id, side.document, side.birth_date, rules.rank_of(side.document))
        for side in sides
        if side.record_id not in looked_at and side.birth_date
    ]
    return sorted(
        found, key=lambda claim: (claim.rank, claim.evidence_id is None, claim.record_id, claim.evidence_id or 0)
    )


def holders(found: Sequence[Claim]) -> set[int]:
    """The records that rest on a document of the strongest tier."""
    return {claim.record_id for claim in found if claim.rank == 0}


def contradicting(found: Sequence[Claim], chosen: Claim) -> list[Claim]:
    """What says another date and is trusted no less."""
    return [claim for claim in found if claim.birth_date != chosen.birth_date and claim.rank <= chosen.rank]


def _refuse_impossible(session: Session, item_id: int, document: Document, today: date) -> None:
    members: Mapping[int, int] = scope.members_of(session, item_id)
    if document.record_id not in members:
        raise UnknownIdError(f"Record {document.record_id} is not part of this item.", "Look at the item again.")
    if not dob_evidence(session).title_of(document.code):
        raise StateChangeError(f"There is no document code {document.code!r}.", "Choose one of the list.")
    if document.birth_date > today or document.seen_on > today or document.seen_on < document.birth_date:
        raise StateChangeError("A document is seen after the birth, and not in the future.", "Mend the dates.")
    if not (document.seen_by.strip() and document.seen_at.strip()):
        raise StateChangeError("Say who saw the document, and where.")
