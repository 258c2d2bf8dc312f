"""One scan: what is stored goes through the pipeline, and what it proposes is reconciled with the worklist.

Reading and matching hold no lock; only the reconciliation at the end does. Decisions made meanwhile win over the proposals.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from linkage.engine.local import Progress
from linkage.identity.constraints import fingerprint
from linkage.identity.context import policy
from linkage.identity.dob import arrivals
from linkage.identity.dob.arrivals import Found as BirthDates
from linkage.identity.regrouping import MUST_LINK, REFUSALS
from linkage.jobs.reconcile import Changes, Seen, reconcile
from linkage.pipeline import Found, IdPair, find_duplicates
from linkage.records import RecordTable
from linkage.store.current import current_table
from linkage.store.database import Database, lock_identity
from linkage.store.models import Decision, Membership, PairConstraint, SourceRecordVersion
from rules.rulebook import Rulebook


class Finder(Protocol):
    """`linkage.pipeline.find_duplicates`, or a stand-in with the same shape."""

    def __call__(
        self,
        table: RecordTable,
        rulebook: Rulebook,
        *,
        must_link: frozenset[IdPair],
        cannot_link: frozenset[IdPair],
        same_student: Mapping[str, str] | None,
        progress: Progress | None,
    ) -> Found: ...


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """Counts of one scan; `proposals` by kind. `scan_id` is None if it changed no near match; `birth_dates`: items about them."""

    records: int
    candidate_pairs: int
    near_matches: int
    proposals: Mapping[str, int]
    changes: Changes
    scan_id: int | None
    birth_dates: BirthDates


@dataclass(frozen=True, slots=True)
class _Input:
    table: RecordTable
    seen: Seen
    must_link: frozenset[IdPair]
    cannot_link: frozenset[IdPair]


def run_scan(
    database: Database,
    rulebook: Rulebook,
    *,
    now: datetime,
    progress: Progress | None = None,
    find: Finder = find_duplicates,
) -> ScanOutcome:
    """Find the near matches among all current records and bring the worklist up to date with them."""
    with database.unit_of_work(read_only=True) as session:
        given = _read(session, now)
    same_student = {str(record_id): student for record_id, student in given.seen.students.items()}
    found = find(
        given.table,
        rulebook,
        must_link=given.must_link,
        cannot_link=given.cannot_link,
        same_student=same_student,
        progress=progress,
    )
    with database.unit_of_work() as session:
        lock_identity(session)
        scan_id, changes = reconcile(session, found, rulebook.hash, given.seen, now)
        birth_dates = arrivals.reconcile(session, now)
    kinds = Counter(proposal.kind for proposal in found.proposals)
    return ScanOutcome(found.records, found.candidate_pairs, found.near_matches, kinds, changes, scan_id, birth_dates)


def _read(session: Session, now: datetime) -> _Input:
    """What the pipeline gets. Of the yeses only those that nothing has put in question; the students hold what all yeses hold."""
    last_version_id = session.scalar(select(func.max(SourceRecordVersion.id))) or 0
    table, versions = current_table(session)
    students = session.execute(
        select(Membership.source_record_id, Membership.student_id).where(Membership.valid_to.is_(None))
    )
    links = session.scalars(select(PairConstraint).where(PairConstraint.active, PairConstraint.kind == MUST_LINK)).all()
    refusals = session.scalars(
        select(PairConstraint).where(PairConstraint.active, PairConstraint.kind.in_(REFUSALS))
    ).all()
    changed = _changed(session, [*refusals, *links])
    stale = changed.intersection(one.id for one in refusals)
    doubtful = changed | _old(session, now)
    return _Input(
        table=table,
        seen=Seen(
            versions={int(record): number for record, number in versions.items()},
            students=dict(students.all()),
            last_version_id=last_version_id,
            answers=frozenset(one.id for one in (*refusals, *links)),
            stale=frozenset(stale),
        ),
        must_link=frozenset((str(one.record_a), str(one.record_b)) for one in links if one.id not in doubtful),
        cannot_link=frozenset((str(one.record_a), str(one.record_b)) for one in refusals if one.id not in stale),
    )


def _old(session: Session, now: datetime) -> set[int]:
    """Ids of the yeses that are so long ago that the pair may be asked about again."""
    since = now - timedelta(days=policy(session).groups.split_after_days)
    statement = select(PairConstraint.id).join(Decision, Decision.id == PairConstraint.decision_id)
    return set(session.scalars(statement.where(PairConstraint.kind == MUST_LINK, Decision.at < since)))


def _changed(session: Session, answers: Sequence[PairConstraint]) -> set[int]:
    """Ids of the answers on pairs in which an identity field of one of the two records has changed since."""
    sides = (PairConstraint.record_a, PairConstraint.record_b)
    concerned = union(*(select(side).where(PairConstraint.active) for side in sides))
    statement = select(SourceRecordVersion).where(
        SourceRecordVersion.is_current, SourceRecordVersion.source_record_id.in_(concerned)
    )
    now = {version.source_record_id: fingerprint(version) for version in session.scalars(statement)}
    seen = [(one.id, (one.fingerprint_a, one.fingerprint_b), (now[one.record_a], now[one.record_b])) for one in answers]
    return {number for number, then, present in seen if then != present}
