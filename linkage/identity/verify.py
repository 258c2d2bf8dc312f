"""The invariants of the house, checked against the database as it is. Reads only; says ids and numbers, never names."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from linkage.identity import ledger_check, memberships, scope, verify_decisions
from linkage.identity.ids import is_student_id
from linkage.identity.ledger import EventKind
from linkage.identity.regrouping import MUST_LINK, REFUSALS, components
from linkage.identity.states import UNFINISHED
from linkage.identity.verify_decisions import each
from linkage.identity.views import Status, Verdict
from linkage.store.models import (
    Decision,
    ItemConcern,
    ItemMember,
    LedgerEvent,
    Membership,
    PairConstraint,
    Scan,
    SourceRecord,
    SourceRecordVersion,
    SourceRow,
    Student,
    Upload,
    UploadQuarantine,
    WorklistItem,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: `problems` is empty if it holds."""

    name: str
    sentence: str
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.problems


def check(session: Session) -> list[Finding]:
    """Every invariant, in a fixed order."""
    return [Finding(name, sentence, tuple(find(session))) for name, sentence, find in _INVARIANTS]


def _lines(session: Session) -> Iterator[str]:
    """The counts of an upload against what is stored of it."""
    rows = select(func.count()).where(SourceRow.upload_id == Upload.id).scalar_subquery()
    lines = UploadQuarantine.last_line - UploadQuarantine.line + 1
    quarantined = (
        select(func.coalesce(func.sum(lines), 0)).where(UploadQuarantine.upload_id == Upload.id).scalar_subquery()
    )
    statement = select(Upload.id).where(
        or_(rows != Upload.rows_new + Upload.rows_changed, quarantined != Upload.lines_quarantined)
    )
    yield from each(session, statement, "Upload {0}: its rows or quarantined lines are not all stored.")


def _versions(session: Session) -> Iterator[str]:
    current = func.sum(case((SourceRecordVersion.is_current, 1), else_=0))
    last_is_current = func.max(case((SourceRecordVersion.is_current, SourceRecordVersion.number), else_=0))
    statement = (
        select(SourceRecord.id)
        .outerjoin(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .group_by(SourceRecord.id)
        .having(
            or_(
                func.count(SourceRecordVersion.id) == 0,
                current != 1,
                func.max(SourceRecordVersion.number) != func.count(SourceRecordVersion.id),
                last_is_current != func.max(SourceRecordVersion.number),
            )
        )
    )
    yield from each(session, statement, "Record {0}: not exactly one current version, the last of a gapless series.")


def _rows(session: Session) -> Iterator[str]:
    current = exists().where(SourceRow.source_record_id == SourceRecord.id, SourceRow.last_version.is_(None))
    yield from each(session, select(SourceRecord.id).where(~current), "Record {0}: no current row.")


def _one_student(session: Session) -> Iterator[str]:
    own = (Membership.source_record_id == SourceRecord.id) & Membership.valid_to.is_(None)
    joined = select(SourceRecord.id).outerjoin(Membership, own).group_by(SourceRecord.id)
    strays = joined.having(func.count(Membership.id) != 1)
    yield from each(session, strays, "Record {0}: does not belong to exactly one student.")
    current = exists().where(Membership.student_id == Student.id, Membership.valid_to.is_(None))
    redirected = Student.redirect_to.is_not(None)
    empty = select(Student.id).where(or_(and_(redirected, current), and_(~redirected, ~current)))
    yield from each(session, empty, "Student {0}: redirects and has records, or does neither.")


def _student_ids(session: Session) -> Iterator[str]:
    for student_id in session.scalars(select(Student.id).order_by(Student.id)):
        if not is_student_id(student_id):
            yield f"Student {student_id}: the check digit does not fit."


def _redirects(session: Session) -> Iterator[str]:
    """Follow every redirect to its end; a circle has none."""
    statement = select(Student.id, Student.redirect_to).where(Student.redirect_to.is_not(None))
    target = dict(session.execute(statement).all())
    sound: set[str] = set()
    for start in sorted(target):
        path: dict[str, None] = {}
        place: str | None = start
        while place in target and place not in sound:
            if place in path:
                yield f"Student {start}: its redirect leads in a circle."
                break
            path[place] = None
            place = target[place]
        else:
            sound.update(path)


def _groups(session: Session) -> Iterator[str]:
    """The students are the groups that the merges in force connect: neither more nor less."""
    links = select(PairConstraint.record_a, PairConstraint.record_b).where(
        PairConstraint.active, PairConstraint.kind == MUST_LINK
    )
    members = memberships.everybody(session)
    groups = components(members, session.execute(links))
    students = [{members[record] for record in group} for group in groups]
    for group, found in zip(groups, students, strict=True):
        if len(found) > 1:
            yield f"Records {_listed(group)}: merged by decisions in force, but they are {len(found)} students."
    holders = Counter(student_id for found in students for student_id in found)
    for student_id in sorted(one for one, number in holders.items() if number > 1):
        yield f"Student {student_id}: has records that no decision in force has merged."


def _refusals(session: Session) -> Iterator[str]:
    members = memberships.everybody(session)
    statement = select(PairConstraint).where(PairConstraint.active, PairConstraint.kind.in_(REFUSALS))
    for refusal in session.scalars(statement.order_by(PairConstraint.id)):
        if members.get(refusal.record_a) == members.get(refusal.record_b):
            yield f"Decision {refusal.decision_id}: keeps {refusal.record_a} and {refusal.record_b} apart; they are one student."


def _items(session: Session) -> Iterator[str]:
    number = func.count(ItemMember.source_record_id)
    statement = (
        select(WorklistItem.id)
        .outerjoin(ItemMember, ItemMember.item_id == WorklistItem.id)
        .where(WorklistItem.status.in_(UNFINISHED))
        .group_by(WorklistItem.id)
        .having(number < 2)
    )
    yield from each(session, statement, "Item {0}: waits, but has fewer than two records.")
    newest_read = select(func.max(Scan.last_version_id)).scalar_subquery()
    last_scan = select(func.max(Scan.started)).scalar_subquery()
    superseded = (
        select(WorklistItem.id)
        .distinct()
        .join(ItemMember, ItemMember.item_id == WorklistItem.id)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == ItemMember.source_record_id)
        .where(
            WorklistItem.status.in_([str(Status.OPEN), str(Status.ESCALATED)]),
            WorklistItem.changed <= last_scan,  # an item that was opened again since waits for the next scan
            SourceRecordVersion.number > ItemMember.version,
            SourceRecordVersion.id <= newest_read,
        )
    )
    yield from each(session, superseded, "Item {0}: open on a version of a record that a scan has seen replaced.")


def _concerns(session: Session) -> Iterator[str]:
    """Whose the items are, against the records of their students."""
    columns = (ItemConcern.item_id, ItemConcern.state, ItemConcern.district)
    stored = {(row[0], row[1], row[2]) for row in session.execute(select(*columns))}
    found = {(item, state, district) for item, _, state, district in session.execute(scope.jurisdiction())}
    for item_id in sorted({row[0] for row in stored ^ found}):
        yield f"Item {item_id}: is not with the States and districts of its records."


def _decisions(session: Session) -> Iterator[str]:
    """Decisions, uploads and scans against the ledger's events, and applied decisions against what they did."""
    for kind, name, statement in (
        (EventKind.DECISION_MADE, "decision", select(Decision.id)),
        (EventKind.UPLOAD_STORED, "upload", select(Upload.id)),
        (EventKind.SCAN_RECONCILED, "scan", select(Scan.id)),
    ):
        payloads = session.scalars(select(LedgerEvent.payload).where(LedgerEvent.kind == str(kind)))
        written = sorted(json.loads(payload)[name] for payload in payloads)
        stored = sorted(session.scalars(statement))
        for number in sorted(set(stored) ^ set(written)):
            yield f"{name.capitalize()} {number}: {'no event in' if number in stored else 'only in'} the ledger."
        if len(set(written)) < len(written):
            yield f"The ledger has two events of one {name}."
    for decision in session.scalars(_misapplied()):
        yield f"Decision {decision.id}: applied and undone do not fit its constraints."


def _misapplied() -> Select[Decision]:
    in_force = exists().where(PairConstraint.decision_id == Decision.id, PairConstraint.active)
    ever = exists().where(PairConstraint.decision_id == Decision.id)
    undone = Decision.undone_by.is_not(None)
    applied = Decision.applied_at.is_not(None)
    deciding = Decision.verdict.in_(
        [str(one) for one in (Verdict.SAME, Verdict.REGROUP, Verdict.DIFFERENT, Verdict.TWINS)]
    )
    settled = Decision.verdict == str(Verdict.SETTLE_DATE)  # says nothing of whose records they are
    wrong = or_(and_(undone, in_force), and_(applied, ~ever, ~settled), and_(~applied, ever), and_(~deciding, ever))
    return select(Decision).where(wrong).order_by(Decision.id)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


_INVARIANTS: tuple[tuple[str, str, Callable[[Session], Iterable[str]]], ...] = (
    ("lines", "Every line of every upload is accounted for.", _lines),
    ("versions", "Every source record has exactly one current version.", _versions),
    ("rows", "Every source record has the rows it came with.", _rows),
    ("one_student", "Every source record belongs to exactly one current student.", _one_student),
    ("student_ids", "Every student ID has twelve digits and the right check digit.", _student_ids),
    ("redirects", "Every retired student ID leads to a current student.", _redirects),
    ("groups", "Students are what the merges in force make of the records.", _groups),
    ("statements", "Of what was said of two records the latest counts.", verify_decisions.statements),
    ("retired_ids", "Every retired student ID leads to the record it was made for.", verify_decisions.retired_ids),
    ("refusals", "No student holds two records that somebody said are different children.", _refusals),
    ("items", "No open item rests on a superseded record.", _items),
    ("waiting", "What waits or is claimed rests on a decision of its own.", verify_decisions.waiting),
    ("places", "Every item stands where its records are.", verify_decisions.places),
    ("concerns", "Every item is with the States and districts of its records.", _concerns),
    ("decisions", "What was decided, uploaded and scanned is what the ledger says.", _decisions),
    ("told", "The ledger tells each decision and move as it is stored.", verify_decisions.told),
    ("ledger", "The ledger is one unbroken chain.", ledger_check.verify_chain),
)
