"""What people have said of pairs of records, with who and when: for the screens that show a pair."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.identity.constraints import UNDONE, standing_statement
from linkage.identity.history import SERVICE
from linkage.store.models import AccountRow, Decision, PairConstraint


@dataclass(frozen=True, slots=True)
class PairWord:
    """What counts of two records: must_link, cannot_link, twins, or asked_again (a "no" that ended because a fact changed)."""

    left: str
    right: str
    kind: str
    actor: str  # display name
    at: datetime
    item_id: int


def words_among(session: Session, record_ids: Iterable[int | str]) -> tuple[PairWord, ...]:
    """The latest word on each pair of these records that was not taken back, in the order of the pairs."""
    ids = sorted({int(one) for one in record_ids})
    statement = (
        select(PairConstraint, Decision, func.coalesce(AccountRow.display_name, SERVICE))
        .join(Decision, Decision.id == PairConstraint.decision_id)
        .outerjoin(AccountRow, AccountRow.id == Decision.actor_id)
        .where(PairConstraint.ended_because != UNDONE)
        .where(PairConstraint.record_a.in_(ids), PairConstraint.record_b.in_(ids))
        .order_by(PairConstraint.decision_id)
    )
    latest = {
        (row.record_a, row.record_b): (row, decision, actor) for row, decision, actor in session.execute(statement)
    }
    return tuple(
        PairWord(str(pair[0]), str(pair[1]), standing_statement(row).kind, actor, decision.at, decision.item_id)
        for pair, (row, decision, actor) in sorted(latest.items())
    )
