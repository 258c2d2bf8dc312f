"""Four cases in which an identity graph goes wrong, each with its answer. Told in docs/identity-cases.md."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pytest

from linkage.cluster.groups import Limits, group, weak_bridges
from linkage.cluster.links import Links, Pair
from linkage.engine.judging import group_numbers
from linkage.engine.local import mark_several
from linkage.errors import ConflictError
from linkage.identity.students import survivor_of
from linkage.identity.views import Status, Verdict
from linkage.propose.near_matches import propose
from linkage.propose.reviews import reviews
from linkage.records import PairEvidence, Proposal
from rules.rulebook import load_rulebook
from tests.identity_helpers import Pair as Two
from tests.identity_helpers import World, child

pytest_plugins = ["tests.identity_fixtures"]

NAMES = ("a", "b", "c", "d", "new")
A, B, C, D, NEW = range(5)
SURE = 0.9999


def _proposals(
    chances: Mapping[Pair, float], students: Mapping[str, str], *, cannot: tuple[Pair, ...] = ()
) -> dict[tuple[str, ...], Proposal]:
    """What a scan proposes, by its members, given scored pairs, who is one student, and what people have refused."""
    held = [(x, y) for x, y in combinations(range(5), 2) if students.get(NAMES[x], x) == students.get(NAMES[y], y)]
    links = Links.of_pairs(5, chances, must=held, cannot=cannot).unanswered()
    shown = reviews(group(links, Limits(0.5, 5), NAMES), links, NAMES, 5)
    said = {(x, y): PairEvidence(NAMES[x], NAMES[y], 0.0, chances[x, y], "near", (), ()) for x, y in links.pairs()}
    marked = mark_several(said, load_rulebook().policy, group_numbers(5, shown), np.arange(5, dtype=np.int32))
    weak = {tuple(NAMES[row] for row in rows) for rows in weak_bridges(shown, links, 0.5, 0.9)}
    by_id = {(one.left, one.right): one for one in marked.values()}
    found = propose([tuple(NAMES[row] for row in rows) for rows in shown], by_id, students, weak)
    return {one.members: one for one in found}


def test_1_a_new_record_that_matches_two_children_a_person_has_separated_is_asked_about_each_alone() -> None:
    found = _proposals({(A, NEW): 0.95, (B, NEW): 0.9, (A, B): 0.99}, {}, cannot=((A, B),))
    assert set(found) == {("a", "new"), ("b", "new")}
    assert all("GUARD-SEVERAL" in one.guards for one in found.values())


def test_1_once_it_belongs_to_one_of_them_it_is_not_asked_about_the_other() -> None:
    assert _proposals({(A, NEW): 0.95, (B, NEW): 0.9}, {"a": "S", "new": "S"}, cannot=((A, B),)) == {}


def test_1_nobody_can_join_the_separated_children_by_way_of_the_new_record(world: World, pair: Two) -> None:
    world.upload("TX", child("T2"))
    new = world.record("TX", "T2")
    world.decide(pair.ana, world.open_item(pair.texas, pair.washington), Verdict.DIFFERENT)
    world.merge(pair.ana, pair.ben, pair.texas, new)
    with pytest.raises(ConflictError, match="different children"):
        world.decide(pair.ana, world.open_item(pair.washington, new), Verdict.SAME)
    assert world.problems() == []


def test_2_a_new_record_that_matches_two_unrelated_students_is_asked_about_each_and_joins_neither_by_itself() -> None:
    every = {(row, NEW): SURE for row in (A, B, C, D)}
    found = _proposals(every, {"a": "S", "b": "S", "c": "T", "d": "T"})
    assert set(found) == {("a", "b", "new"), ("c", "d", "new")}
    assert all("GUARD-SEVERAL" in one.guards for one in found.values())


def test_3_an_id_that_all_records_leave_leads_to_the_survivor_and_comes_back_with_an_undo(
    world: World, pair: Two
) -> None:
    before = world.students()
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    survivor = world.students()[pair.texas]
    (left,) = set(before.values()) - {survivor}
    with world.database.unit_of_work(read_only=True) as session:
        assert survivor_of(session, left) == survivor
    world.undo(pair.ana, decision)
    assert world.students() == before
    assert world.problems() == []


def test_4_a_new_record_that_matches_one_record_of_a_student_is_shown_with_all_of_them_and_marked() -> None:
    found = _proposals({(A, NEW): 0.8}, dict.fromkeys(("a", "b", "c"), "S"))
    assert set(found) == {("a", "b", "c", "new")}
    (one,) = found.values()
    assert one.guards == ("GUARD-BRIDGE",)
    assert one.probability == pytest.approx(0.8)


def test_4_whoever_says_same_child_joins_the_whole_student_and_nobody_else(world: World, pair: Two) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.upload("TX", child("T2"), child("T3"))
    new, other = world.record("TX", "T2"), world.record("TX", "T3")
    item_id, _ = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington, new)
    students = world.students()
    assert students[pair.texas] == students[pair.washington] == students[new] != students[other]
    assert world.item(pair.ana, item_id).summary.status is Status.APPLIED
