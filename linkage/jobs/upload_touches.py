"""What an upload means for the worklist: an item whose records change, and a record that is of another district than before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from linkage.identity import ownership
from linkage.identity.states import UNFINISHED
from linkage.jobs.upload_changes import RecordChange
from linkage.store.chunks import chunks
from linkage.store.database import lock_identity
from linkage.store.models import ItemMember, SourceRecord, SourceRow, WorklistItem


def touch_items(session: Session, changes: Sequence[RecordChange], now: datetime) -> None:
    """Whoever looks at an item while a record of it changes must look again before deciding."""
    changed = [one.known.record_id for one in changes if one.known and one.digest != one.known.digest]
    if changed:
        lock_identity(session)
    for some in chunks(changed):
        concerned = select(ItemMember.item_id).where(ItemMember.source_record_id.in_(some))
        unfinished = update(WorklistItem).where(WorklistItem.status.in_(UNFINISHED), WorklistItem.id.in_(concerned))
        session.execute(unfinished.values(version=WorklistItem.version + 1, changed=now))


def renew_districts(session: Session, record_ids: Sequence[int], now: datetime) -> None:
    """The district of a record is that of the enrollment that began last; where it changes, an item may become another's business."""
    latest = (
        select(SourceRow.school_district)
        .where(SourceRow.source_record_id == SourceRecord.id, SourceRow.last_version.is_(None))
        .where(SourceRow.school_district != "")
        .order_by(SourceRow.enrollment_date.desc(), SourceRow.id.desc())
        .limit(1)
    )
    district = func.coalesce(latest.scalar_subquery(), "")
    moved: list[int] = []
    for some in chunks(sorted(record_ids)):
        other = (SourceRecord.id.in_(some), SourceRecord.district != district)
        moved += session.scalars(select(SourceRecord.id).where(*other))
        session.execute(
            update(SourceRecord).where(*other).values(district=district),
            execution_options={"synchronize_session": False},
        )
    if moved:
        lock_identity(session)
        ownership.renew_records(session, moved, now)
