"""What decisions say of pairs of source records, as it is stored, and the fingerprints that tell when a "no" must be asked again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from linkage.identity.regrouping import ASKED_AGAIN, Pair, Statement, in_force
from linkage.store.base import canonical_json
from linkage.store.database import read_once
from linkage.store.models import Decision, PairConstraint, SourceRecordVersion

# What says who a child is. A change here may change what a person would decide.
IDENTITY = (
    "first_name",
    "middle_name",
    "last_name_1",
    "last_name_2",
    "suffix",
    "sex",
    "birth_date",
    "multiple_birth",
    "birth_city",
    "birth_state",
    "birth_country",
    "parent1_first",
    "parent1_last",
    "parent2_first",
    "parent2_last",
)

# Why a statement does not count: what is written in `ended_because`.
UNDONE, OVERRULED, IDENTITY_CHANGED = "undone", "overruled", "identity_changed"


def fingerprint(version: SourceRecordVersion) -> str:
    """SHA-256 over the identity fields of a version."""
    values = [getattr(version, column) for column in IDENTITY]
    return hashlib.sha256(canonical_json(values).encode()).hexdigest()


def current_versions(session: Session, record_ids: Iterable[int]) -> dict[int, SourceRecordVersion]:
    """Record id -> its current version."""
    statement = select(SourceRecordVersion).where(
        SourceRecordVersion.is_current, SourceRecordVersion.source_record_id.in_(sorted(set(record_ids)))
    )
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {version.source_record_id: version for version in found}


def add(session: Session, decision: Decision, kind: str, pairs: Sequence[Pair]) -> None:
    """Store what `decision` says of each pair, with the fingerprints of what is current now. It overrules what was said before."""
    versions = current_versions(session, (record_id for pair in pairs for record_id in pair))
    for a, b in pairs:
        session.add(
            PairConstraint(
                decision_id=decision.id,
                kind=kind,
                record_a=a,
                record_b=b,
                version_a=versions[a].number,
                version_b=versions[b].number,
                fingerprint_a=fingerprint(versions[a]),
                fingerprint_b=fingerprint(versions[b]),
                active=True,
            )
        )
    session.flush()
    _settle(session, pairs, decision.at)


def end(session: Session, decision_id: int, now: datetime) -> None:
    """The decision is undone: what it said no longer counts, and what it overruled counts again."""
    said = PairConstraint.decision_id == decision_id
    statement = update(PairConstraint).where(said, PairConstraint.ended_because != IDENTITY_CHANGED)
    session.execute(statement.values(active=False, ended_at=now, ended_because=UNDONE))
    pairs = session.execute(select(PairConstraint.record_a, PairConstraint.record_b).where(said))
    _settle(session, [(a, b) for a, b in pairs], now)


def active(session: Session, kinds: Sequence[str], record_ids: Iterable[int]) -> list[PairConstraint]:
    """The constraints of these kinds that count now and touch one of the records."""
    ids = sorted(set(record_ids))
    statement = (
        select(PairConstraint)
        .where(PairConstraint.active, PairConstraint.kind.in_(kinds))
        .where(or_(PairConstraint.record_a.in_(ids), PairConstraint.record_b.in_(ids)))
        .order_by(PairConstraint.id)
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def statements_among(session: Session, record_ids: Iterable[int], *, without: int | None = None) -> list[Statement]:
    """What decisions that stand have said about two of these records, also what later ones overrule.

    A "no" that ended because a fact changed says nothing any more (ASKED_AGAIN), and yet what it had overruled does not come back.
    `without`: a decision that is to be taken back.
    """
    ids = sorted(set(record_ids))
    rows = read_once(session, ("statements", *ids), lambda: list(session.scalars(_standing(ids))))
    return [standing_statement(row) for row in rows if row.decision_id != without]


def standing_statement(row: PairConstraint) -> Statement:
    """What a row says that was not undone; a "no" that ended because a fact changed asks again."""
    kind = ASKED_AGAIN if row.ended_because == IDENTITY_CHANGED else row.kind
    return Statement(row.decision_id, kind, (row.record_a, row.record_b))


def _standing(ids: Sequence[int]) -> Select[PairConstraint]:
    return (
        select(PairConstraint)
        .where(PairConstraint.ended_because != UNDONE)
        .where(PairConstraint.record_a.in_(ids), PairConstraint.record_b.in_(ids))
        .order_by(PairConstraint.id)
        .execution_options(populate_existing=True)
    )


def _settle(session: Session, pairs: Iterable[Pair], now: datetime) -> None:
    """Of the statements about each pair only the latest one counts."""
    wanted = set(pairs)
    rows = [
        row
        for row in session.scalars(_standing(sorted({record for pair in wanted for record in pair})))
        if (row.record_a, row.record_b) in wanted
    ]
    latest = in_force(map(standing_statement, rows))
    for row in rows:
        if row.ended_because == IDENTITY_CHANGED:
            continue
        counts = latest[row.record_a, row.record_b].decision_id == row.decision_id
        if counts != row.active:
            row.active, row.ended_at, row.ended_because = counts, None if counts else now, "" if counts else OVERRULED
    session.flush()
