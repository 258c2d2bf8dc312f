"""One scan: what is stored goes through the pipeline, and what it proposes is reconciled with the worklist.

A full scan keeps what it found out of each record (`store.standing_files`); the scans after it look at those alone that have
changed since, until these are too many for the census of the full scan.

Reading and matching hold no lock; only the reconciliation at the end does. Decisions made meanwhile win over the proposals.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import numpy as np
from sqlalchemy import select, union
from sqlalchemy.orm import Session

from linkage.engine.local import Progress
from linkage.engine.standing import Standing
from linkage.errors import NoStandingError
from linkage.identity import automatic, memberships
from linkage.identity.constraints import fingerprint
from linkage.identity.context import policy
from linkage.identity.dob import arrivals
from linkage.identity.dob.arrivals import Found as BirthDates
from linkage.identity.regrouping import MUST_LINK, REFUSALS
from linkage.jobs.reconcile import Changes, reconcile
from linkage.jobs.scan_plan import Seen
from linkage.pipeline import Found, IdPair, find_duplicates
from linkage.records import RecordTable
from linkage.store.current import current_table
from linkage.store.database import Database, lock_identity
from linkage.store.models import Decision, PairConstraint, SourceRecordVersion
from linkage.store.since import moment_of, standing_records
from linkage.store.standing_files import Kept, Moment, keep, newest
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
        standing: Standing | None,
        progress: Progress | None,
    ) -> Found: ...


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """Counts of one scan; `proposals` by kind. `scan_id` is None if it changed no near match; `birth_dates`: items about them.

    `looked_at`: records that were read; `why_full`: why these were all records, "" if they were those that have changed. `joined`:
    items that the service decided by itself.
    """

    records: int
    looked_at: int
    why_full: str
    candidate_pairs: int
    near_matches: int
    proposals: Mapping[str, int]
    changes: Changes
    scan_id: int | None
    birth_dates: BirthDates
    joined: int


@dataclass(frozen=True, slots=True)
class _Input:
    """`table`: the records to look at: all of them, or those that have changed since `standing`."""

    table: RecordTable
    standing: Standing | None
    why_full: str
    moment: Moment
    seen: Seen
    must_link: frozenset[IdPair]
    cannot_link: frozenset[IdPair]


def run_scan(
    database: Database,
    rulebook: Rulebook,
    *,
    now: datetime,
    folder: Path | None = None,
    full: bool = False,
    progress: Progress | None = None,
    find: Finder = find_duplicates,
) -> ScanOutcome:
    """Find the near matches among all current records and bring the worklist up to date with them.

    `folder`: where standing records are kept between scans; without it every scan is full. `full`: look at all records even if
    those in the folder fit. Raises LinkageError if nothing can be kept there; the worklist is up to date then all the same.
    """
    with database.unit_of_work(read_only=True) as session:
        given = _read(session, rulebook, folder, full=full, now=now)
    same_student = {str(record_id): student for record_id, student in given.seen.students.items()}
    found = find(
        given.table,
        rulebook,
        must_link=given.must_link,
        cannot_link=given.cannot_link,
        same_student=same_student,
        standing=given.standing,
        progress=progress,
    )
    with database.unit_of_work() as session:
        lock_identity(session)
        scan_id, changes = reconcile(session, found, rulebook.hash, given.seen, now)
        birth_dates = arrivals.reconcile(session, now)
    kinds = Counter(proposal.kind for proposal in found.proposals)
    joined = _join_by_itself(database, now)
    if folder and found.standing:
        versions = np.array([*given.seen.versions.values()], dtype=np.int32)
        keep(folder, Kept(found.standing, versions, given.moment))
    return ScanOutcome(
        records=found.records,
        looked_at=len(given.table),
        why_full=given.why_full,
        candidate_pairs=found.candidate_pairs,
        near_matches=found.near_matches,
        proposals=kinds,
        changes=changes,
        scan_id=scan_id,
        birth_dates=birth_dates,
        joined=joined,
    )


def _join_by_itself(database: Database, now: datetime) -> int:
    """What an earlier scan was stopped before is done as well. One unit of work an item; returns how many were joined."""
    with database.unit_of_work(read_only=True) as session:
        items = automatic.candidates(session)
    joined = 0
    for item_id in items:
        with database.unit_of_work() as session:
            joined += automatic.link_by_itself(session, item_id, now) is not None
    return joined


def _read(session: Session, rulebook: Rulebook, folder: Path | None, *, full: bool, now: datetime) -> _Input:
    """What the pipeline gets. Of the yeses only those that nothing has put in question; the students hold what all yeses hold."""
    moment = moment_of(session)
    kept = _standing(session, rulebook, folder, full=full)
    if isinstance(kept, Kept):
        table, versions = current_table(session, after=kept.moment.last_version_id)
        versions = dict(zip(kept.standing.part.ids.tolist(), kept.versions.tolist(), strict=True)) | dict(versions)
    else:
        table, versions = current_table(session)
    links = session.scalars(select(PairConstraint).where(PairConstraint.active, PairConstraint.kind == MUST_LINK)).all()
    refusals = session.scalars(
        select(PairConstraint).where(PairConstraint.active, PairConstraint.kind.in_(REFUSALS))
    ).all()
    changed = _changed(session, [*refusals, *links])
    stale = changed.intersection(one.id for one in refusals)
    doubtful = changed | _old(session, now)
    return _Input(
        table=table,
        standing=kept.standing if isinstance(kept, Kept) else None,
        why_full="" if isinstance(kept, Kept) else kept,
        moment=moment,
        seen=Seen(
            versions={int(record): number for record, number in versions.items()},
            students=memberships.everybody(session),
            last_version_id=moment.last_version_id,
            answers=frozenset(one.id for one in (*refusals, *links)),
            stale=frozenset(stale),
        ),
        must_link=frozenset((str(one.record_a), str(one.record_b)) for one in links if one.id not in doubtful),
        cannot_link=frozenset((str(one.record_a), str(one.record_b)) for one in refusals if one.id not in stale),
    )


def _standing(session: Session, rulebook: Rulebook, folder: Path | None, *, full: bool) -> Kept | str:
    """The standing records, or why all records must be looked at, in words."""
    if full:
        return "A full scan was asked for."
    if folder is None:
        return "No folder is set in which standing records could be kept."
    try:
        return standing_records(session, newest(folder), rulebook)
    except NoStandingError as error:
        return error.message


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
