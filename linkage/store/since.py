"""What has changed in the database since its standing records were made, and whether they can still be used."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.errors import NoStandingError
from linkage.store.models import LedgerEvent, LedgerHead, SourceRecordVersion
from linkage.store.standing_files import Kept, Moment, load
from rules.rulebook import Rulebook

# From this share of changed records on, what a full scan counted no longer describes the table.
RENEWED_FROM = 0.05


def moment_of(session: Session) -> Moment:
    """What this unit of work sees of the database."""
    head = session.get_one(LedgerHead, 1)
    return Moment(session.scalar(select(func.max(SourceRecordVersion.id))) or 0, head.seq, head.hash)


def standing_records(session: Session, place: Path | None, rulebook: Rulebook) -> Kept:
    """The standing records in `place`. Raises NoStandingError, in words, if they are of no use here and now."""
    kept = load(place, rulebook)
    refuse_unfit(session, kept)
    return kept


def refuse_unfit(session: Session, kept: Kept) -> None:
    """Raises NoStandingError if the records are not of this database, or if too much has changed since."""
    event = session.get(LedgerEvent, kept.moment.ledger_seq)
    if event is None or event.hash != kept.moment.ledger_hash:
        raise NoStandingError("The standing records are of another database, or of another state of it.")
    changed = changed_since(session, kept.moment)
    if changed > RENEWED_FROM * len(kept.versions):
        raise NoStandingError(f"{changed:,} of {len(kept.versions):,} records have changed since the last full scan.")


def changed_since(session: Session, moment: Moment) -> int:
    """How many records are new, or have a new version."""
    statement = select(func.count()).where(
        SourceRecordVersion.is_current, SourceRecordVersion.id > moment.last_version_id
    )
    return session.scalar(statement) or 0
