"""The pairs that people found and no scan had shown: what blocking misses, measured on the State's own records."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity import memberships
from linkage.pair_scoring import score_pairs
from linkage.store.current import one_table
from linkage.store.models import BlockingMiss
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class MissedPair:
    """`one_student`: whether the records are one student by now. `met_by`: the blocking rules under which they meet, were no key crowded."""

    record_a: int
    record_b: int
    item_id: int
    probability: float
    one_student: bool
    met_by: tuple[str, ...]


def missed_pairs(session: Session, rulebook: Rulebook) -> tuple[MissedPair, ...]:
    """Every pair that was kept, oldest first, once; scored by the rules of today."""
    rows = session.scalars(select(BlockingMiss).order_by(BlockingMiss.id)).all()
    item = {(row.record_a, row.record_b): row.item_id for row in reversed(rows)}
    pairs = list(dict.fromkeys((row.record_a, row.record_b) for row in rows))
    records = sorted({record for pair in pairs for record in pair})
    if not pairs:
        return ()
    student = memberships.students_of(session, records)
    place = {record: row for row, record in enumerate(records)}
    table = one_table(session, [str(record) for record in records])
    scored = score_pairs(table, [(place[a], place[b]) for a, b in pairs], rulebook)
    return tuple(
        MissedPair(a, b, item[a, b], one.evidence.probability, student[a] == student[b], one.met_by)
        for (a, b), one in zip(pairs, scored, strict=True)
    )
