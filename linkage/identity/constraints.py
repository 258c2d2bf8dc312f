"""What decisions say of pairs of source records, and the fingerprints that tell when a "no" must be asked again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from linkage.store.base import canonical_json
from linkage.store.models import Decision, PairConstraint, SourceRecordVersion

MUST_LINK, CANNOT_LINK, TWINS = "must_link", "cannot_link", "twins"
REFUSALS = (CANNOT_LINK, TWINS)

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

Pair = tuple[int, int]


def fingerprint(version: SourceRecordVersion) -> str:
    """SHA-256 over the identity fields of a version."""
    values = [getattr(version, column) for column in IDENTITY]
    return hashlib.sha256(canonical_json(values).encode()).hexdigest()


def pairs_of(record_ids: Iterable[int]) -> list[Pair]:
    """Every pair of the records, smaller id first."""
    return list(combinations(sorted(set(record_ids)), 2))


def current_versions(session: Session, record_ids: Iterable[int]) -> dict[int, SourceRecordVersion]:
    """Record id -> its current version."""
    statement = select(SourceRecordVersion).where(
        SourceRecordVersion.is_current, SourceRecordVersion.source_record_id.in_(sorted(set(record_ids)))
    )
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {version.source_record_id: version for version in found}


def add(session: Session, decision: Decision, kind: str, pairs: Sequence[Pair]) -> None:
    """Store what `decision` says of each pair, with the fingerprints of what is current now."""
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


def end(session: Session, decision_id: int, now: datetime) -> None:
    """The decision is undone: what it said no longer counts."""
    statement = update(PairConstraint).where(PairConstraint.decision_id == decision_id, PairConstraint.active)
    session.execute(statement.values(active=False, ended_at=now, ended_because="undone"))


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


def components(records: Iterable[int], links: Iterable[Pair]) -> list[list[int]]:
    """The records in groups that the links connect: each ascending, the groups by their first record."""
    group = {record: {record} for record in records}
    for a, b in links:
        joined = group[a] | group[b]
        for record in joined:
            group[record] = joined
    return sorted({min(members): sorted(members) for members in group.values()}.values())
