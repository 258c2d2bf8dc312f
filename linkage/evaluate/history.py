"""What people have done in the sample before somebody opens it, so that each kind of work stands on the worklist from the start.

Everything is done through the functions behind the screens, on the days on which it would have been done: twins merged more than a
year ago, a first small upload weeks ago, all the rest today.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.evaluate.history_parts import BETWEEN, Correction
from linkage.evaluate.sample import Sample
from linkage.identity import accounts, decisions, flags, memberships, scope, worklist
from linkage.identity.context import policy
from linkage.identity.dob import cases
from linkage.identity.record_views import record_views
from linkage.identity.views import Account, ItemSummary, Kind, Request, Status, Verdict
from linkage.identity.work_lists import Sort, Wanted
from linkage.store.models import Decision, ItemMember, Membership, SourceRecord, WorklistItem

BEGINNING = timedelta(days=25)
LATEST = timedelta(hours=8)
REASON = "records"  # of a merge; a code of policy.yaml


def long_ago(session: Session) -> timedelta:
    """Before which a merge is looked at again."""
    return timedelta(days=policy(session).groups.split_after_days + 35)


@dataclass(slots=True)
class History:
    """The deeds of one day, in their order; each has a key, so that a start that is taken up again does nothing twice."""

    session: Session
    at: datetime
    day: str
    done: int = 0

    def who(self, username: str) -> Account:
        return accounts.named(self.session, username)

    def asks(self, item: ItemSummary, verdict: Verdict, note: str = "", **more: object) -> Request:
        version = self.session.get_one(WorklistItem, item.item_id).version
        if verdict is Verdict.SAME:
            more.setdefault("reason", REASON)
        return Request(item.item_id, version, verdict, self._key(), note=note, **more)  # type: ignore[arg-type]

    def says(
        self, username: str, items: Iterable[ItemSummary], verdict: Verdict, note: str = "", **more: object
    ) -> int:
        """Of the first of these items of which it may be said. Returns its id; 0 if it may be said of none."""
        for item in items:
            try:
                with self.session.begin_nested():
                    request = self.asks(item, verdict, note, **more)
                    decisions.decide(self.session, self.who(username), request, now=self._moment())
            except StateChangeError:
                continue  # a birth date is to be settled first, or another decision speaks against it
            return item.item_id
        return 0

    def flags(self, username: str, students: Sequence[str], note: str) -> int:
        """Returns the new item."""
        request = Request(0, 0, Verdict.SAME, self._key(), note=note, reason=REASON, keep=min(students))
        return flags.flag_merge(self.session, self.who(username), students, request, now=self._moment()).item_id

    def agrees(self, username: str, item_id: int) -> None:
        version = self.session.get_one(WorklistItem, item_id).version
        request = Request(item_id, version, Verdict.VALIDATE, self._key(), reason=REASON)
        decisions.decide(self.session, self.who(username), request, now=self._moment())

    def near_matches(self, *states: str, records: int = 2) -> list[ItemSummary]:
        """Of Texas and these States, undecided, the most probable first."""
        wanted = Wanted(status=Status.OPEN, kind=Kind.NEAR_MATCH, sort=Sort.PROBABILITY)
        found, _ = worklist.page(self.session, self.who("tx.admin"), wanted, limit=500, now=self.at)
        return [one for one in found if set(one.states) == set(states) and one.record_count == records]

    def was_there(self) -> bool:
        """Whether an earlier start has done this day."""
        return bool(
            self.session.scalar(select(Decision.id).where(Decision.idempotency_key.startswith(f"demo-{self.day}-")))
        )

    def _key(self) -> str:
        self.done += 1
        return f"demo-{self.day}-{self.done}"

    def _moment(self) -> datetime:
        return self.at + timedelta(minutes=7 * self.done)


def merge_by_mistake(session: Session, pairs: Sequence[Sequence[str]], at: datetime) -> None:
    """Two people of Texas agreed, wrongly, that the two children of each pair are one."""
    history = History(session, at, "merge")
    if history.was_there():
        return
    for keys in pairs:
        students = students_of_keys(session, keys)
        if len(students) == 2:
            item = history.flags("tx.admin", students, "Same family and school; one of them was entered twice.")
            history.agrees("tx.second", item)


def weeks_ago(session: Session, at: datetime) -> Correction | None:
    """What waits too long by now, and a "different" that a corrected birth date will call in question."""
    history = History(session, at, "weeks")
    if history.was_there():
        return _said_different(session)
    both, texas = history.near_matches(*BETWEEN), history.near_matches("TX")
    in_doubt = [item for item in both if _correction(session, item.item_id)]
    different = history.says("tx.admin", in_doubt, Verdict.DIFFERENT, "Another birth date and another mother.")
    both = [item for item in both if item.item_id != different]
    history.says("tx.admin", reversed(both), Verdict.SAME, "The school in Washington asked for the transcript.")
    due = (at + timedelta(days=12)).date()
    note = "Which of the two is on the certificate?"
    history.says("tx.second", [*texas, *both], Verdict.NEED_INFORMATION, note, whom="school", due=due)
    return _correction(session, different) if different else None


def since_the_scan(session: Session, at: datetime, sample: Sample) -> None:
    """Proposals of either State, a question to parents, a flag, and a birth date to be settled."""
    history = History(session, at, "today")
    if history.was_there():
        return
    both, texas = history.near_matches(*BETWEEN), history.near_matches("TX")
    likely, others = both[:2], both[2:]  # the likeliest are left for whoever opens the sample first
    history.says("wa.admin", reversed(others), Verdict.SAME, "Recruiter knows the family.")
    history.says("wa.admin", reversed(others[:-1]), Verdict.SAME, "Same mother, same crew.")
    history.says("tx.admin", others, Verdict.SAME, "Mother confirmed by telephone.")
    due = (at + timedelta(days=9)).date()
    history.says("tx.admin", reversed(texas), Verdict.NEED_INFORMATION, "Is there a brother?", whom="parent", due=due)
    missed = next(_missed(session, sample), None)
    if missed:
        history.flags("primary", missed, "The family says this is one child.")
    _open_birth_date(history, [*likely, *others, *texas])


def _open_birth_date(history: History, items: Sequence[ItemSummary]) -> None:
    """One of Texas, unless the scan has opened some."""
    session, texas = history.session, history.who("tx.admin")
    wanted = Wanted(status=Status.OPEN, kind=Kind.BIRTH_DATE)
    if worklist.page(session, texas, wanted, limit=1, now=history.at)[1]:
        return
    for item in items:
        try:
            with session.begin_nested():
                version = session.get_one(WorklistItem, item.item_id).version
                cases.open_case(session, texas, item.item_id, version, now=history.at)
        except StateChangeError:
            continue  # all say the same birth date
        return


def _correction(session: Session, item_id: int) -> Correction | None:
    """Texas takes over the birth date of the other record; None if both say the same."""
    texas, other = sorted(record_views(session, scope.members_of(session, item_id)).values(), key=lambda one: one.state)
    said = other.values["birth_date"]
    same = texas.values["birth_date"] == said
    return None if same or not said else Correction(f"{texas.state}:{texas.state_student_id}", said)


def _said_different(session: Session) -> Correction | None:
    """What an earlier start found to be corrected."""
    asked = Decision.idempotency_key.startswith("demo-weeks-"), Decision.verdict == str(Verdict.DIFFERENT)
    found = session.scalar(select(Decision.item_id).where(*asked))
    return _correction(session, found) if found else None


def _missed(session: Session, sample: Sample) -> Iterator[tuple[str, ...]]:
    """Students of Texas and of one child, of whom no scan has made a near match; then any two of one child."""
    by_child: dict[str, list[str]] = {}
    for one in sample.truth:
        by_child.setdefault(one.child_id, []).append(one.record_key)
    several = [keys for keys in by_child.values() if len(keys) > 1 and any(key.startswith("TX:") for key in keys)]
    together = _together(session)
    student = _students(session)
    for wanted in (False, True):
        for keys in several:
            found = tuple(dict.fromkeys(student[key] for key in keys if key in student))
            if len(found) == 2 and (frozenset(found) in together) is wanted:
                yield found


def _together(session: Session) -> set[frozenset[str]]:
    """Students that stand on an unfinished item side by side."""
    rows = session.execute(
        select(ItemMember.item_id, Membership.student_id)
        .join(Membership, Membership.source_record_id == ItemMember.source_record_id)
        .where(Membership.valid_to.is_(None))
    )
    by_item: dict[int, set[str]] = {}
    for item_id, student_id in rows:
        by_item.setdefault(item_id, set()).add(student_id)
    return {frozenset(pair) for found in by_item.values() for pair in combinations(sorted(found), 2)}


def students_of_keys(session: Session, keys: Sequence[str]) -> list[str]:
    """The students of records, each once; `keys`: "TX:T100"."""
    student = _students(session)
    return list(dict.fromkeys(student[key] for key in keys if key in student))


def _students(session: Session) -> Mapping[str, str]:
    """Record key -> student."""
    student = memberships.everybody(session)
    rows = session.execute(select(SourceRecord.id, SourceRecord.state, SourceRecord.state_student_id))
    return {f"{state}:{number}": student[record_id] for record_id, state, number in rows}
