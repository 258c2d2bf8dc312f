"""Any order of merging, dividing, refusing, undoing, uploading and scanning, held against a model of a few lines.

The model: a list of statements about pairs of records. Of two about one pair the later counts; "same" statements connect the records of a
student; what would connect records that a "no" in force keeps apart is refused. Each run has records of its own, so that all runs
can share a database.
"""

from dataclasses import dataclass
from itertools import combinations, count
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from linkage.errors import ConflictError, StateChangeError
from linkage.identity.views import Part, Verdict
from tests.identity_helpers import World, child

RECORDS = 5
_runs = count()
_some = st.sets(st.integers(0, RECORDS - 1), min_size=2, max_size=4)
_parts = st.lists(st.integers(0, 1), min_size=RECORDS, max_size=RECORDS)

Groups = set[frozenset[int]]
Pair = tuple[int, int]


@dataclass
class Said:
    """`facts`: how often the identity of both records had changed when it was said. `over`: a fact changed since, and a scan saw it."""

    decision: int
    yes: bool
    pair: Pair
    facts: tuple[int, int]
    over: bool = False


class DecidingMachine(RuleBasedStateMachine):
    """Subclass it with a `world`."""

    world: ClassVar[World]

    @initialize()
    def upload_records(self) -> None:
        self.names = [f"R{next(_runs)}-{one}" for one in range(RECORDS)]
        self.world.upload("TX", *map(child, self.names))
        self.records = [self.world.record("TX", name) for name in self.names]
        students = self.world.students()
        self.home = {record: students[record] for record in self.records}
        self.said: list[Said] = []
        self.facts = dict.fromkeys(self.records, 0)
        self.ana, self.ben = self.world.person("ana", "TX"), self.world.person("ben", "TX")

    @rule(chosen=_some, regret=st.booleans(), keep=st.integers(0, 3))
    def merge(self, chosen: set[int], regret: bool, keep: int) -> None:
        members = sorted(self.records[one] for one in chosen)
        self._decide([members], regret=regret, keep=keep)

    @rule(chosen=_some, sides=_parts, regret=st.booleans())
    def divide(self, chosen: set[int], sides: list[int], regret: bool) -> None:
        parts = [[self.records[one] for one in sorted(chosen) if sides[one] == side] for side in (0, 1)]
        if all(parts):
            self._decide(parts, regret=regret)

    def _decide(self, parts: list[list[int]], *, regret: bool, keep: int = 0) -> None:
        """Propose, validate, and perhaps take back at once; or be refused as the model says."""
        members = sorted(record for part in parts for record in part)
        item_id = self._item(members)
        students = self.world.students()
        words = {"parts": tuple(Part(tuple(map(str, part))) for part in parts)} if len(parts) > 1 else {}
        verdict = Verdict.REGROUP if words else Verdict.SAME
        more = words or {"keep": students[members[keep % len(members)]]}
        new = [Said(1 << 62, True, pair, self._facts(pair)) for part in parts for pair in combinations(part, 2)]
        new += [Said(1 << 62, False, pair, self._facts(pair)) for pair in self._across(parts)]
        refused = self._refusal(parts, new)
        if refused:
            with pytest.raises(refused):
                self.world.decide(self.ana, item_id, verdict, **more)
            return
        before = self.world.snapshot()
        outcome = self.world.decide(self.ana, item_id, verdict, **more)
        if outcome.status != "applied":
            self.world.decide(self.ben, item_id, Verdict.VALIDATE)
        for one in new:
            one.decision = outcome.decision_id
        self.said += new
        if verdict is Verdict.SAME and len({students[one] for one in members}) > 1:
            assert self.world.students()[members[0]] == more["keep"]
        if regret:
            self._take_back(outcome.decision_id)
            students_now, leads = self.world.snapshot()
            assert students_now == before[0]
            assert {one: to for one, to in leads.items() if one in before[1]} == before[1]

    @rule(chosen=_some)
    def refuse(self, chosen: set[int]) -> None:
        members = sorted(self.records[one] for one in chosen)
        item_id = self._item(members)
        together = self.expected()
        apart = [pair for pair in combinations(members, 2) if not any(set(pair) <= group for group in together)]
        if apart:
            decision = self.world.decide(self.ben, item_id, Verdict.DIFFERENT).decision_id
            self.said += [Said(decision, False, pair, self._facts(pair)) for pair in apart]

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        self._take_back(data.draw(st.sampled_from(sorted({one.decision for one in self.said}))))

    def _take_back(self, decision: int) -> None:
        rest = [one for one in self.said if one.decision != decision]
        if self._contradictions(rest):
            before = self.world.snapshot()
            with pytest.raises(ConflictError):
                self.world.undo(self.ana, decision)
            assert self.world.snapshot() == before
        else:
            self.world.undo(self.ana, decision)
            self.said = rest

    @rule(number=st.integers(0, RECORDS - 1))
    def upload_again(self, number: int) -> None:
        self.world.upload(
            "TX", child(self.names[number], school_name=f"School {next(self.world.keys)}", **self._name(number))
        )

    @rule(number=st.integers(0, RECORDS - 1))
    def change_a_fact(self, number: int) -> None:
        self.facts[self.records[number]] += 1
        self.world.upload("TX", child(self.names[number], **self._name(number)))
        self._scan()

    def _name(self, number: int) -> dict[str, str]:
        return {"first_name": "Ximena" + "a" * self.facts[self.records[number]]}

    def _scan(self, *groups: list[int]) -> None:
        self.world.scan(*groups)
        for one in self._latest(self.said).values():
            one.over = one.over or (not one.yes and one.facts != self._facts(one.pair))

    def _item(self, members: list[int]) -> int:
        self._scan(members)
        item_id = self.world.unfinished_about(members)
        assert item_id is not None
        return item_id

    def _facts(self, pair: Pair) -> tuple[int, int]:
        return self.facts[pair[0]], self.facts[pair[1]]

    @staticmethod
    def _across(parts: list[list[int]]) -> list[Pair]:
        return [(min(a, b), max(a, b)) for one, other in combinations(parts, 2) for a in one for b in other]

    @staticmethod
    def _latest(said: list[Said]) -> dict[Pair, Said]:
        return {one.pair: one for one in sorted(said, key=lambda one: one.decision)}

    def _refusal(self, parts: list[list[int]], new: list[Said]) -> type[Exception] | None:
        named = {record: side for side, part in enumerate(parts) for record in part}
        for group in self.expected():
            if len({named[one] for one in group & named.keys()}) > 1 and not group <= named.keys():
                return StateChangeError
        inside = {pair for part in parts for pair in combinations(part, 2)}
        noes = {pair for pair, one in self._latest(self.said).items() if not one.yes and not one.over}
        return ConflictError if noes & inside or self._contradictions([*self.said, *new]) else None

    def _contradictions(self, said: list[Said]) -> bool:
        groups = self._groups(said)
        noes = [pair for pair, one in self._latest(said).items() if not one.yes and not one.over]
        return any(set(pair) <= group for pair in noes for group in groups)

    def _groups(self, said: list[Said]) -> Groups:
        groups = [{record} for record in self.records]
        for pair, one in self._latest(said).items():
            if one.yes:
                joined = set().union(*(group for group in groups if group & set(pair)))
                groups = [group for group in groups if not group & joined] + [joined]
        return {frozenset(group) for group in groups}

    def expected(self) -> Groups:
        return self._groups(self.said)

    @invariant()
    def students_are_what_the_model_says(self) -> None:
        students, leads = self.world.snapshot()
        groups: dict[str, set[int]] = {}
        for record in self.records:
            groups.setdefault(students[record], set()).add(record)
        assert {frozenset(group) for group in groups.values()} == self.expected()
        assert all(leads[student] is None for student in groups)
        for record, home in self.home.items():  # the ID made for a record leads to it unless other records keep it
            assert home in groups or leads[home] == students[record]

    def teardown(self) -> None:
        assert self.world.problems() == []
