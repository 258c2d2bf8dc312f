"""A record that no scan has put beside the others: found by search, added to a near match while it is reviewed, scored like the rest.

Each pair that was missed is kept (`blocking_miss`), as material for measuring what blocking misses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import ledger, memberships, ownership, recording, scope, states
from linkage.identity.context import policy
from linkage.identity.dob import arrivals
from linkage.identity.ids import is_student_id
from linkage.identity.ledger import EventKind
from linkage.identity.students import survivor_of
from linkage.identity.views import Account, Kind, Verdict
from linkage.identity.worklist import situation_of
from linkage.pair_scoring import score_pairs
from linkage.propose.near_matches import weakest_link
from linkage.records import PairEvidence
from linkage.store.current import one_table
from linkage.store.database import lock_identity
from linkage.store.models import BlockingMiss, ItemMember, Scan, ScoredPair, SourceRecordVersion, WorklistItem
from rules.rulebook import Rulebook

KINDS = (Kind.NEAR_MATCH, Kind.IDENTITY_RETURNED)


@dataclass(frozen=True, slots=True)
class Added:
    """`version`: that of the item now. `record_ids`: what came, empty if all of it stood there before. `missed`: pairs no scan had shown."""

    item_id: int
    version: int
    record_ids: tuple[str, ...]
    missed: int
    sentence: str


def add_candidate(  # noqa: PLR0917 - who, where, what, by which rules
    session: Session, account: Account, item_id: int, version: int, wanted: str, rulebook: Rulebook, *, now: datetime
) -> Added:
    """Put a whole student beside the records of a near match. `wanted`: a record's number, or a student's 12 digits, of any State.

    Added once however often it is sent. Raises UnknownIdError (no such item or record), NotAllowedError (the item cannot be decided by
    this person now), ConflictError (somebody was faster), StateChangeError (another kind of item, too many records, no scan yet).
    """
    lock_identity(session)
    item = scope.item_in_scope(session, account, item_id)
    student = _student(session, wanted)
    members = scope.members_of(session, item.id)
    new = sorted(memberships.records_of(session, [student]).keys() - members.keys())
    if not new:
        return Added(item.id, item.version, (), 0, "These records stand here already.")
    situation = situation_of(item, now, scope.level_in(session, item.id, account))
    recording.claim(session, item, version, now)
    reason = states.refusal(situation, Verdict.SAME, account)
    if reason:
        raise NotAllowedError(reason)
    _refuse(session, item, len(members), len(new))
    found = _scored(session, sorted([*members, *new]), set(new), rulebook)
    missed = _note_missed(session, account, item, found, now)
    versions = members | _versions(session, new)
    session.add_all(ItemMember(item_id=item.id, source_record_id=one, version=versions[one]) for one in new)
    session.flush()
    _keep_evidence(session, item, found, versions, rulebook)
    _weigh_anew(session, item)
    ownership.renew(session, [item.id], now)
    payload = {"item": item.id, "item_version": item.version, "records": new}
    ledger.append(
        session, EventKind.RECORD_ADDED, actor_id=account.id, at=now, payload=payload, through=account.through
    )
    arrivals.ask(session, item.id, now)
    what = "The record stands" if len(new) == 1 else f"{len(new)} records of the student stand"
    return Added(item.id, item.version, tuple(map(str, new)), missed, f"{what} beside the others now.")


def _student(session: Session, wanted: str) -> str:
    number = wanted.strip()
    if is_student_id(number):
        found = survivor_of(session, number)
    else:
        known = number.isascii() and number.isdigit() and len(number) < 19
        found = memberships.students_of(session, [int(number)]).get(int(number)) if known else None
    if found is None:
        raise UnknownIdError("There is no such record or student.", "Search for it again.")
    return found


def _refuse(session: Session, item: WorklistItem, members: int, new: int) -> None:
    if item.kind not in KINDS:
        raise StateChangeError("Records are added to near matches only.", "Flag a merge on the student's page.")
    most = policy(session).groups.most_members
    if members + new > most:
        raise StateChangeError(
            f"A review shows up to {most} records; here are {members}, and {new} would come.",
            "Decide this item first, then flag a merge on the student's page.",
        )


def _versions(session: Session, records: Iterable[int]) -> dict[int, int]:
    statement = select(SourceRecordVersion.source_record_id, SourceRecordVersion.number).where(
        SourceRecordVersion.is_current, SourceRecordVersion.source_record_id.in_(list(records))
    )
    return dict(session.execute(statement).all())


def _scored(session: Session, records: Sequence[int], new: set[int], rulebook: Rulebook) -> list[PairEvidence]:
    """The evidence on every pair of a new record; each record in its newest version."""
    table = one_table(session, [str(record) for record in records])
    place = {record: row for row, record in enumerate(records)}
    pairs = [(place[a], place[b]) for a, b in combinations(records, 2) if {a, b} & new]
    return [one.evidence for one in score_pairs(table, pairs, rulebook)]


def _note_missed(
    session: Session, account: Account, item: WorklistItem, found: Iterable[PairEvidence], now: datetime
) -> int:
    """Keep the pairs of two students that no scan has ever shown; how many they are."""
    pairs = [(*_ends(pair), pair.probability) for pair in found]
    student = memberships.students_of(session, {record for a, b, _ in pairs for record in (a, b)})
    rows = [
        BlockingMiss(item_id=item.id, record_a=a, record_b=b, account_id=account.id, at=now, probability=probability)
        for a, b, probability in pairs
        if student[a] != student[b] and not _shown(session, a, b)
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _shown(session: Session, a: int, b: int) -> bool:
    return bool(session.scalar(select(exists().where(ScoredPair.record_a == a, ScoredPair.record_b == b))))


def _keep_evidence(
    session: Session,
    item: WorklistItem,
    found: Iterable[PairEvidence],
    versions: Mapping[int, int],
    rulebook: Rulebook,
) -> None:
    scan = item.scan_id or session.scalar(select(func.max(Scan.id)))
    if scan is None:
        raise StateChangeError("No scan has been made yet.", "Add records after the first scan.")
    for pair in found:
        a, b = _ends(pair)
        session.add(
            ScoredPair(
                item_id=item.id,
                scan_id=scan,
                record_a=a,
                record_b=b,
                version_a=versions[a],
                version_b=versions[b],
                weight=pair.weight,
                probability=pair.probability,
                band=pair.band,
                guards=list(pair.guards),
                lines=[[line.field, line.title, line.level, line.sentence, line.weight] for line in pair.lines],
                rulebook_hash=rulebook.hash,
            )
        )
    session.flush()


def _weigh_anew(session: Session, item: WorklistItem) -> None:
    """The guards of all pairs, and the probability at which all are one child, as `propose.near_matches` has them."""
    statement = select(ScoredPair).where(ScoredPair.item_id == item.id).order_by(ScoredPair.id)
    pairs = [
        PairEvidence(str(one.record_a), str(one.record_b), one.weight, one.probability, one.band, tuple(one.guards), ())
        for one in session.scalars(statement)
    ]
    students = memberships.students_of(session, scope.members_of(session, item.id))
    item.guards = list(dict.fromkeys([*item.guards, *(guard for pair in pairs for guard in pair.guards)]))
    item.probability = weakest_link({str(record): student for record, student in students.items()}, pairs)
    session.flush()


def _ends(pair: PairEvidence) -> tuple[int, int]:
    a, b = sorted((int(pair.left), int(pair.right)))
    return a, b
