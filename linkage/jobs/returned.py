"""Why an item asks again what somebody has answered: which field has changed since, in words."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, UnaryExpression, exists, select
from sqlalchemy.orm import Session, aliased

from linkage.identity.constraints import IDENTITY, IDENTITY_CHANGED
from linkage.identity.context import column_title
from linkage.identity.regrouping import MUST_LINK, TWINS
from linkage.store.models import Decision, Membership, PairConstraint, SourceRecordVersion

_SAID = {MUST_LINK: "one child", TWINS: "twins or siblings"}


def why_returned(session: Session, members: Sequence[int]) -> str:
    """The last refusal between two of these records that ended because one of them changed; "" if there was none.

    Nothing is asked again of two records that have become one student since.
    """
    mine, other = aliased(Membership), aliased(Membership)
    joined = exists().where(
        mine.source_record_id == PairConstraint.record_a,
        other.source_record_id == PairConstraint.record_b,
        mine.student_id == other.student_id,
        mine.valid_to.is_(None),
        other.valid_to.is_(None),
    )
    ended = (PairConstraint.ended_because == IDENTITY_CHANGED) & ~joined
    found = _answer(session, members, ended, PairConstraint.ended_at.desc())
    return _in_words(session, *found) if found else ""


def why_questioned(session: Session, members: Sequence[int]) -> str:
    """The last "same child" on two of these records of one student, and what has changed since; "" if there was none."""
    in_force = PairConstraint.active & (PairConstraint.kind == MUST_LINK)
    found = _answer(session, members, in_force, Decision.at.desc())
    return _in_words(session, *found) if found else ""


def _answer(
    session: Session,
    members: Sequence[int],
    condition: ColumnElement[bool],
    order: UnaryExpression[datetime] | UnaryExpression[datetime | None],
) -> tuple[PairConstraint, Decision] | None:
    statement = (
        select(PairConstraint, Decision)
        .join(Decision, Decision.id == PairConstraint.decision_id)
        .where(
            condition,
            PairConstraint.record_a.in_(members),
            PairConstraint.record_b.in_(members),
            Decision.undone_by.is_(None),
        )
        .order_by(order, PairConstraint.id.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def _in_words(session: Session, answer: PairConstraint, decision: Decision) -> str:
    said = _SAID.get(answer.kind, "different children")
    changed = [
        *_changed(session, answer.record_a, answer.version_a),
        *_changed(session, answer.record_b, answer.version_b),
    ]
    since = f"Since then changed: {', '.join(changed)}." if changed else "Neither record has changed since."
    return f"Decision {decision.id} said {said} on {decision.at:%Y-%m-%d}. {since}"


def _changed(session: Session, record_id: int, number: int) -> list[str]:
    """Each identity field that is not what it was in version `number`, as in: Birth Date of record 12."""
    statement = select(SourceRecordVersion).where(SourceRecordVersion.source_record_id == record_id)
    before = session.scalars(statement.where(SourceRecordVersion.number == number)).one()
    now = session.scalars(statement.where(SourceRecordVersion.is_current)).one()
    changed = [column for column in IDENTITY if getattr(before, column) != getattr(now, column)]
    return [f"{column_title(column)} of record {record_id}" for column in changed]
