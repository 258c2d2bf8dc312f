"""A small world for the tests of storage and decisions: States that upload, people who decide, a pipeline that says what it is told.

The clock moves one minute a step. Everything is invented.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, count
from pathlib import Path
from random import Random
from typing import Any, cast

from sqlalchemy import event, select

from linkage.engine.local import Progress
from linkage.engine.standing import Standing
from linkage.identity import decisions, worklist
from linkage.identity.ids import IdFactory
from linkage.identity.states import SECOND, UNFINISHED
from linkage.identity.verify import check
from linkage.identity.views import Account, Door, ItemView, Outcome, Request, Verdict
from linkage.jobs.ingest_upload import UploadOutcome, ingest_file
from linkage.jobs.scan import ScanOutcome, run_scan
from linkage.pipeline import Found
from linkage.propose.near_matches import NEAR_MATCH
from linkage.propose.splits import SPLIT
from linkage.records import EvidenceLine, PairEvidence, Proposal, RecordTable
from linkage.store.database import Database
from linkage.store.models import AccountRow, Membership, SourceRecord, Student, WorklistItem
from rules.mde_list import load_mde_list
from rules.policy import Policy, SecondPerson
from rules.rulebook import Rulebook

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

CHILD = {
    "first_name": "Ximena",
    "last_name_1": "Quetzal",
    "last_name_2": "Ocampo",
    "sex": "F",
    "birth_date": "2012-08-03",
    "parent2_first": "Rosalba",
    "qualifying_arrival_date": "2025-06-01",
    "move_from_city": "Weslaco",
    "move_from_state": "TX",
    "move_to_city": "Pasco",
    "move_to_state": "WA",
    "eligibility_expiration_date": "2028-05-31",
    "enrollment_date": "2025-09-02",
    "enrollment_type": "01",
    "school_name": "Lakeside",
}


@dataclass(slots=True)
class World:
    database: Database
    folder: Path
    now: datetime = START
    people: dict[str, Account] = field(default_factory=dict)
    ids: IdFactory = field(default_factory=lambda: IdFactory(Random(7)))
    keys: Any = field(default_factory=count)
    rules: str = "a" * 64

    def tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def person(
        self, name: str, state: str, role: str = "state_data_administrator", region: str = "", district: str = ""
    ) -> Account:
        """An account that nobody signs in to: no time is spent on hashing a password."""
        if name not in self.people:
            with self.database.unit_of_work() as session:
                row = AccountRow(
                    username=name,
                    display_name=f"{name.capitalize()} of {state or 'nowhere'}",
                    role=role,
                    state=state,
                    region=region,
                    district=district,
                    password_hash="none",
                    must_change_password=False,
                    failed_count=0,
                    disabled=False,
                    created=self.now,
                )
                session.add(row)
                session.flush()
                found = self.database.roles.find(role)
                assert found
                self.people[name] = Account(
                    row.id,
                    name,
                    row.display_name,
                    role,
                    state,
                    found.permissions,
                    region,
                    district,
                    masked=found.masked,
                )
        return self.people[name]

    def upload(self, state: str, *rows: Mapping[str, str], name: str = "") -> UploadOutcome:
        """Send rows as a CSV file; what a row does not say is as in CHILD."""
        path = self.folder / (name or f"{state}-{next(self.keys)}.csv")
        write_csv(path, [CHILD | dict(row) for row in rows])
        moment = self.tick()
        return ingest_file(self.database, path, state, now=moment, today=moment.date(), ids=self.ids)

    def record(self, state: str, state_student_id: str) -> int:
        with self.database.unit_of_work(read_only=True) as session:
            statement = select(SourceRecord.id).where(
                SourceRecord.state == state, SourceRecord.state_student_id == state_student_id
            )
            return session.scalars(statement).one()

    def scan(self, *groups: Iterable[int], guards: Sequence[str] = ()) -> ScanOutcome:
        """A scan in which the pipeline proposes exactly these groups: near matches, and students that fall apart."""

        def find(
            table: RecordTable,
            rulebook: Rulebook,
            *,
            must_link: frozenset[tuple[str, str]],
            cannot_link: frozenset[tuple[str, str]],
            same_student: Mapping[str, str] | None,
            standing: Standing | None,
            progress: Progress | None,
        ) -> Found:
            assert rulebook.hash
            assert progress is None
            assert not must_link & cannot_link
            wanted = [tuple(map(str, sorted(group))) for group in groups]
            kinds = [_kind({(same_student or {})[one] for one in group}) for group in wanted]
            proposals = tuple(proposal(group, guards, kind) for group, kind in zip(wanted, kinds, strict=True))
            return Found(len(table), 10, len(wanted), proposals)

        return run_scan(self.database, self.rulebook(), now=self.tick(), find=find)

    def rulebook(self) -> Rulebook:
        @dataclass
        class Rules:
            hash: str

        return cast(Rulebook, Rules(self.rules))

    def unfinished_about(self, records: Iterable[int]) -> int | None:
        """The unfinished item about exactly these records."""
        members = [str(record) for record in sorted(records)]
        keys = [proposal(members, kind=kind).key for kind in (NEAR_MATCH, SPLIT)]
        with self.database.unit_of_work(read_only=True) as session:
            statement = select(WorklistItem.id).where(WorklistItem.key.in_(keys), WorklistItem.status.in_(UNFINISHED))
            return session.scalars(statement).one_or_none()

    def open_item(self, *records: int) -> int:
        """Scan; the item about these records."""
        self.scan(records)
        item_id = self.unfinished_about(records)
        assert item_id is not None
        return item_id

    def item(self, who: Account, item_id: int) -> ItemView:
        with self.database.unit_of_work(read_only=True) as session:
            return worklist.item(session, who, item_id, now=self.now)

    def decide(
        self,
        who: Account,
        item_id: int,
        verdict: Verdict,
        *,
        note: str = "",
        members: Sequence[int] | None = None,
        version: int | None = None,
        key: str = "",
        **more: Any,
    ) -> Outcome:
        """`more`: further fields of a Request. Who validates or rejects in one word does so at the command line, where the proposal is seen."""
        if verdict in SECOND:
            who = replace(who, through=Door.COMMAND_LINE)
        version = self.item(who, item_id).summary.version if version is None else version
        with self.database.unit_of_work() as session:
            return decisions.decide(
                session,
                who,
                Request(
                    item_id,
                    version,
                    verdict,
                    key or f"key-{next(self.keys)}",
                    note=note,
                    members=None if members is None else tuple(map(str, members)),
                    **more,
                ),
                now=self.tick(),
            )

    def undo(self, who: Account, decision_id: int, *, key: str = "", note: str = "") -> Outcome:
        with self.database.unit_of_work() as session:
            key = key or f"key-{next(self.keys)}"
            return decisions.undo(session, who, decision_id, note=note, idempotency_key=key, now=self.tick())

    def merge(self, first: Account, second: Account, *records: int) -> tuple[int, int]:
        """Open an item, propose, validate. Returns the item and the decision that can be undone."""
        item_id = self.open_item(*records)
        proposed = self.decide(first, item_id, Verdict.SAME)
        self.decide(second, item_id, Verdict.VALIDATE)
        return item_id, proposed.decision_id

    def students(self) -> dict[int, str]:
        """Record id -> the student it belongs to."""
        with self.database.unit_of_work(read_only=True) as session:
            statement = select(Membership.source_record_id, Membership.student_id).where(Membership.valid_to.is_(None))
            return dict(session.execute(statement).all())

    def snapshot(self) -> tuple[dict[int, str], dict[str, str | None]]:
        """Who belongs to whom, and every redirect."""
        with self.database.unit_of_work(read_only=True) as session:
            redirects = dict(session.execute(select(Student.id, Student.redirect_to)).all())
        return self.students(), redirects

    def problems(self) -> list[str]:
        """Every broken invariant."""
        with self.database.unit_of_work(read_only=True) as session:
            return [problem for finding in check(session) for problem in finding.problems]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one child, one from Texas and one from Washington, and the administrators of both States."""

    texas: int
    washington: int
    ana: Account  # Texas
    ben: Account  # Texas
    wanda: Account  # Washington


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Rows by canonical column, as a CSV file that has every element."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, load_mde_list().columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def nobody_validates(policy: Policy) -> Policy:
    """The policy of a State in which one administrator is enough."""
    never = SecondPerson.model_validate(dict.fromkeys(SecondPerson.model_fields, "never"))
    return policy.model_copy(update={"decisions": policy.decisions.model_copy(update={"second_person": never})})


def child(state_student_id: str, **values: str) -> dict[str, str]:
    return {"state_student_id": state_student_id, **values}


def _kind(students: set[str]) -> str:
    return NEAR_MATCH if len(students) > 1 else SPLIT


def proposal(members: Sequence[str], guards: Sequence[str] = (), kind: str = NEAR_MATCH) -> Proposal:
    pairs = tuple(pair_evidence(a, b, guards) for a, b in combinations(members, 2))
    return Proposal("|".join((kind, *members)), kind, tuple(members), pairs, tuple(guards), 0.9)


def pair_evidence(left: str, right: str, guards: Sequence[str] = ()) -> PairEvidence:
    lines = (
        EvidenceLine("prior", "Before looking", "", "Few pairs are one child.", -10.0),
        EvidenceLine("surnames", "Surnames", "same", "Both surnames agree.", 13.5),
    )
    return PairEvidence(left, right, 3.5, 0.9, "near", tuple(guards), lines)


@contextmanager
def counted_queries(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    statements: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine, "before_cursor_execute", count)
