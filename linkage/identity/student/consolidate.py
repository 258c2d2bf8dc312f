"""What source records say together: of one student, or of records that a merge would bring together."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity.context import dob_evidence, policy
from linkage.identity.record_views import record_views
from linkage.identity.student.disputes import disputes_of
from linkage.identity.student.survivorship import survive
from linkage.identity.student.timeline import timeline
from linkage.identity.student.versions import versions_of
from linkage.identity.student.views import ConsolidatedRecord
from linkage.identity.views import Status
from linkage.store.models import BirthDateCase, BirthDateEvidence, ItemMember, WorklistItem


def consolidated_record(session: Session, record_ids: Iterable[int]) -> ConsolidatedRecord:
    """The record that these source records make together, in a fixed number of queries. Nothing is checked or written."""
    ids = sorted(set(record_ids))
    views = record_views(session, ids).values()
    records = sorted(views, key=lambda one: (one.received, int(one.record_id)), reverse=True)
    disputes = disputes_of(session, ids)
    disputed = {one.record_id for one in disputes if one.withdrawn is None}
    return ConsolidatedRecord(
        fields=survive(records, dob_evidence(session), _settled(session, ids), disputed),
        records=tuple(records),
        versions=versions_of(session, ids),
        timeline=timeline(records, policy(session).guards.attendance),
        disputes=disputes,
    )


def _settled(session: Session, ids: Sequence[int]) -> dict[str, str]:
    """The birth date that was settled last for some of these records -> the document that it rests on; empty if none was."""
    about = select(ItemMember.item_id).where(ItemMember.source_record_id.in_(ids))
    statement = (
        select(BirthDateCase.agreed_date, BirthDateEvidence.document)
        .join(WorklistItem, WorklistItem.id == BirthDateCase.item_id)
        .join(BirthDateEvidence, BirthDateEvidence.id == BirthDateCase.evidence_id)
        .where(WorklistItem.status == str(Status.APPLIED), BirthDateCase.item_id.in_(about))
        .order_by(BirthDateCase.decision_id.desc())
        .limit(1)
    )
    return dict(session.execute(statement).all())
