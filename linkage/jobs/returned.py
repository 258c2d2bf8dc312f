"""Why a near match comes back although somebody said "different": which field has changed since, in words."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity.constraints import IDENTITY, TWINS
from linkage.identity.context import column_title
from linkage.store.models import Decision, PairConstraint, SourceRecordVersion


def why_returned(session: Session, members: Sequence[int]) -> str:
    """The last refusal between two of these records that ended because one of them changed; "" if there was none."""
    statement = (
        select(PairConstraint, Decision.at)
        .join(Decision, Decision.id == PairConstraint.decision_id)
        .where(
            PairConstraint.ended_because == "identity_changed",
            PairConstraint.record_a.in_(members),
            PairConstraint.record_b.in_(members),
            Decision.undone_by.is_(None),
        )
        .order_by(PairConstraint.ended_at.desc(), PairConstraint.id.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return ""
    refusal, at = found
    said = "twins or siblings" if refusal.kind == TWINS else "different children"
    changed = [
        *_changed(session, refusal.record_a, refusal.version_a),
        *_changed(session, refusal.record_b, refusal.version_b),
    ]
    return f"Decision {refusal.decision_id} said {said} on {at:%Y-%m-%d}. Since then changed: {', '.join(changed)}."


def _changed(session: Session, record_id: int, number: int) -> list[str]:
    """Each identity field that is not what it was in version `number`, as in: Birth Date of record 12."""
    statement = select(SourceRecordVersion).where(SourceRecordVersion.source_record_id == record_id)
    before = session.scalars(statement.where(SourceRecordVersion.number == number)).one()
    now = session.scalars(statement.where(SourceRecordVersion.is_current)).one()
    changed = [column for column in IDENTITY if getattr(before, column) != getattr(now, column)]
    return [f"{column_title(column)} of record {record_id}" for column in changed]
