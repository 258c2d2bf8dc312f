"""Any order of proposing, deciding, undoing and uploading, held against a model of a few lines.

The model: students are the groups that the merges in force connect; a merge that would join two records which a "no" in force
keeps apart is refused. Each run has records of its own, so that all runs can share a database.
"""

from itertools import combinations, count
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from linkage.errors import ConflictError
from linkage.identity.regrouping import components
from linkage.identity.views import Verdict
from tests.identity_helpers import World, child

RECORDS = 5
_runs = count()
_two_or_three = st.sets(st.integers(0, RECORDS - 1), min_size=2, max_size=3)

Groups = set[frozenset[int]]


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
        self.merges: dict[int, frozenset[int]] = {}
        self.refusals: dict[int, set[tuple[int, int]]] = {}
        self.ana, self.ben = self.world.person("ana", "TX"), self.world.person("ben", "TX")

    @rule(chosen=_two_or_three, regret=st.booleans())
    def merge(self, chosen: set[int], regret: bool) -> None:
        members = frozenset(self.records[one] for one in chosen)
        item_id = self.world.item_about(*members)
        groups = self.expected(members)
        if item_id is None:
            assert members <= next(group for group in self.expected() if group & members)
        elif any(set(pair) <= group for pairs in self.refusals.values() for pair in pairs for group in groups):
            with pytest.raises(ConflictError):
                self.world.decide(self.ana, item_id, Verdict.SAME)
        else:
            self._merge(item_id, members, regret=regret)

    def _merge(self, item_id: int, members: frozenset[int], *, regret: bool) -> None:
        before = self.world.snapshot()
        decision = self.world.decide(self.ana, item_id, Verdict.SAME).decision_id
        self.world.decide(self.ben, item_id, Verdict.VALIDATE)
        self.merges[decision] = members
        if regret:
            self.world.undo(self.ben, decision)
            del self.merges[decision]
            assert self.world.snapshot() == before

    @rule(chosen=_two_or_three)
    def refuse(self, chosen: set[int]) -> None:
        members = sorted(self.records[one] for one in chosen)
        item_id = self.world.item_about(*members)
        if item_id is not None:
            decision = self.world.decide(self.ben, item_id, Verdict.DIFFERENT).decision_id
            together = self.expected()
            self.refusals[decision] = {
                pair for pair in combinations(members, 2) if not any(set(pair) <= group for group in together)
            }

    @precondition(lambda self: self.merges or self.refusals)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        decision = data.draw(st.sampled_from(sorted(self.merges.keys() | self.refusals.keys())))
        self.world.undo(self.ana, decision)
        self.merges.pop(decision, None)
        self.refusals.pop(decision, None)

    @rule(number=st.integers(0, RECORDS - 1))
    def upload_again(self, number: int) -> None:
        self.world.upload("TX", child(self.names[number], school_name=f"School {next(self.world.keys)}"))

    @invariant()
    def students_are_what_the_model_says(self) -> None:
        students = self.world.students()
        groups: dict[str, set[int]] = {}
        for record in self.records:
            groups.setdefault(students[record], set()).add(record)
        assert {frozenset(group) for group in groups.values()} == self.expected()
        assert all(student in {self.home[record] for record in group} for student, group in groups.items())

    def expected(self, further: frozenset[int] = frozenset()) -> Groups:
        links = [(min(one), other) for one in (*self.merges.values(), further) for other in one]
        return {frozenset(group) for group in components(self.records, links)}

    def teardown(self) -> None:
        assert self.world.problems() == []
