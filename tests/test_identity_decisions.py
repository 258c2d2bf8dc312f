"""Deciding: one winner, a second person, the other State, the same request twice, and what sticks."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from linkage.errors import ConflictError, LinkageError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import worklist
from linkage.identity.views import Account, ItemSummary, Outcome, Status, Verdict
from linkage.identity.work_lists import Wanted
from linkage.store.database import Database
from tests.identity_helpers import Pair, World, child, nobody_validates

pytest_plugins = ["tests.identity_fixtures"]


def test_same_child_waits_for_the_other_state_and_then_merges(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    before = world.students()
    proposed = world.decide(pair.ana, item_id, Verdict.SAME)
    assert proposed.status is Status.WAITING_VALIDATION
    assert "a Washington administrator" in proposed.sentence
    assert world.students() == before
    merged = world.decide(pair.wanda, item_id, Verdict.VALIDATE)
    assert merged.status is Status.APPLIED
    assert set(world.students().values()) == {merged.student_id} == {before[pair.texas]}
    assert before[pair.washington] in merged.sentence
    assert world.problems() == []


def test_the_proposer_cannot_validate_whatever_the_role(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME)
    mighty = replace(pair.ana, state="WA", permissions=pair.ana.permissions | {"account:manage"})
    with pytest.raises(NotAllowedError, match="another administrator"):
        world.decide(mighty, item_id, Verdict.VALIDATE)


def test_the_same_state_cannot_validate_across_states(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME)
    with pytest.raises(NotAllowedError, match="other State"):
        world.decide(pair.ben, item_id, Verdict.VALIDATE)


def test_inside_one_state_a_colleague_validates(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    item_id, _ = world.merge(pair.ana, pair.ben, pair.texas, world.record("TX", "T2"))
    assert world.item(pair.ana, item_id).summary.status is Status.APPLIED


def test_somebody_from_outside_the_group_makes_the_other_state_validate(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    second = world.record("TX", "T2")
    item_id = world.open_item(pair.texas, second, pair.washington)
    world.decide(pair.wanda, item_id, Verdict.SAME, members=[pair.texas, second])
    world.decide(pair.ana, item_id, Verdict.VALIDATE)
    students = world.students()
    assert students[pair.texas] == students[second] != students[pair.washington]
    assert world.problems() == []


def test_where_the_policy_asks_for_no_second_person_the_merge_applies_at_once(database_url: str, world: World) -> None:
    world.database = Database(database_url, policy=nobody_validates(world.database.policy))
    world.upload("TX", child("T1"), child("T2"))
    item_id = world.open_item(world.record("TX", "T1"), world.record("TX", "T2"))
    outcome = world.decide(world.person("ana", "TX"), item_id, Verdict.SAME)
    assert outcome.status is Status.APPLIED
    assert len(set(world.students().values())) == 1
    assert world.problems() == []
    world.database.close()


def test_two_who_decide_at_once_one_wins_and_the_other_is_told_who_and_what(world: World, pair: Pair) -> None:
    for _ in range(3):
        item_id = world.open_item(pair.texas, pair.washington)
        outcomes = _at_once(world, item_id, [(pair.ana, Verdict.DIFFERENT), (pair.wanda, Verdict.TWINS)])
        won = [one for one in outcomes if isinstance(one, Outcome)]
        lost = [one for one in outcomes if isinstance(one, ConflictError)]
        assert (len(won), len(lost)) == (1, 1)
        winner = world.item(pair.ana, item_id).decisions[-1]
        assert winner.actor in lost[0].message
        assert f"{winner.at:%Y-%m-%d at %H:%M}" in lost[0].message
        world.undo(pair.ana, won[0].decision_id)
        world.scan()
    assert world.problems() == []


def test_eight_who_validate_and_withdraw_at_once_leave_one_decision(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME)
    deeds = [(pair.wanda, Verdict.VALIDATE), (pair.wanda, Verdict.REJECT), (pair.ana, Verdict.WITHDRAW)] * 3
    outcomes = _at_once(world, item_id, deeds)
    assert sum(isinstance(one, Outcome) for one in outcomes) == 1
    assert all(isinstance(one, Outcome | ConflictError) for one in outcomes)
    assert world.problems() == []


def _at_once(world: World, item_id: int, deeds: list[tuple[Account, Verdict]]) -> list[Outcome | LinkageError]:
    version = world.item(deeds[0][0], item_id).summary.version
    start = Barrier(len(deeds))

    def decide(deed: tuple[Account, Verdict]) -> Outcome | LinkageError:
        start.wait()
        try:
            return world.decide(deed[0], item_id, deed[1], version=version)
        except LinkageError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(decide, deeds))


def test_a_scan_that_came_between_is_named_in_the_conflict(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.upload("TX", child("T1", first_name="Jimena"))
    world.scan([pair.texas, pair.washington])
    with pytest.raises(ConflictError, match="newer versions"):
        world.decide(pair.ana, item_id, Verdict.DIFFERENT, version=1)


def test_the_same_request_twice_gives_the_same_answer_and_changes_nothing(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    first = world.decide(pair.ana, item_id, Verdict.SAME, version=1, key="once")
    assert world.decide(pair.ana, item_id, Verdict.SAME, version=1, key="once") == first
    applied = world.decide(pair.wanda, item_id, Verdict.VALIDATE, version=2, key="twice")
    before = world.snapshot()
    assert world.decide(pair.wanda, item_id, Verdict.VALIDATE, version=2, key="twice") == applied
    undone = world.undo(pair.ana, first.decision_id, key="back")
    assert world.undo(pair.ana, first.decision_id, key="back") == undone
    assert world.snapshot() != before
    assert len(world.item(pair.ana, item_id).decisions) == 3


def test_a_key_used_for_something_else_is_refused(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME, key="once")
    with pytest.raises(StateChangeError, match="another decision"):
        world.decide(pair.wanda, item_id, Verdict.VALIDATE, key="once")


def test_rejected_and_withdrawn_merges_leave_an_open_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME)
    assert world.decide(pair.wanda, item_id, Verdict.REJECT).status is Status.OPEN
    world.decide(pair.wanda, item_id, Verdict.SAME)
    with pytest.raises(NotAllowedError, match="Only the person"):
        world.decide(pair.ana, item_id, Verdict.WITHDRAW)
    assert world.decide(pair.wanda, item_id, Verdict.WITHDRAW).status is Status.OPEN
    assert len(set(world.students().values())) == 2
    assert world.problems() == []


def test_asking_for_information_needs_a_note_and_parks_the_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    with pytest.raises(StateChangeError, match="note"):
        world.decide(pair.ana, item_id, Verdict.NEED_INFORMATION, note="  ")
    world.decide(pair.ana, item_id, Verdict.NEED_INFORMATION, note="Asked the recruiter.")
    with pytest.raises(NotAllowedError, match="reopen"):
        world.decide(pair.wanda, item_id, Verdict.DIFFERENT)
    assert world.decide(pair.wanda, item_id, Verdict.REOPEN).status is Status.OPEN


def test_an_item_of_other_states_looks_like_no_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    for who in (world.person("flo", "FL"), world.person("nobody", "")):
        with pytest.raises(UnknownIdError):
            world.item(who, item_id)
        with pytest.raises(UnknownIdError):
            world.decide(who, item_id, Verdict.DIFFERENT, version=1)


@pytest.mark.parametrize(
    "role", ["primary_user", "state_user_administrator", "government_administrator", "no_such_role"]
)
def test_roles_without_the_right_decide_nothing(world: World, pair: Pair, role: str) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    known = world.database.roles.find(role)
    who = replace(pair.ana, role=role, permissions=known.permissions if known else frozenset())
    with pytest.raises(NotAllowedError):
        world.decide(who, item_id, Verdict.DIFFERENT, version=1)


def test_a_merge_that_an_earlier_no_forbids_is_refused_and_says_which(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    third = world.record("TX", "T2")
    refused = world.decide(pair.ana, world.open_item(pair.texas, pair.washington), Verdict.TWINS)
    world.merge(pair.ana, pair.ben, pair.texas, third)
    item_id = world.open_item(third, pair.washington)
    with pytest.raises(ConflictError, match=f"Decision {refused.decision_id} .* twins"):
        world.decide(pair.ana, item_id, Verdict.SAME)
    assert world.problems() == []


def test_records_of_one_student_cannot_be_called_different(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    third = world.record("TX", "T2")
    item_id = world.open_item(pair.texas, pair.washington)
    world.scan([pair.texas, pair.washington], [pair.texas, pair.washington, third])
    wide = max(one.item_id for one in _page(world, pair.ana))
    world.decide(pair.ana, wide, Verdict.SAME, members=[pair.texas, pair.washington])
    world.decide(pair.wanda, wide, Verdict.VALIDATE)
    with pytest.raises(StateChangeError, match="one student already"):
        world.decide(pair.ana, item_id, Verdict.DIFFERENT)


def _page(world: World, who: Account) -> list[ItemSummary]:
    with world.database.unit_of_work(read_only=True) as session:
        return worklist.page(session, who, Wanted(), offset=0, limit=50, now=world.now)[0]


def test_members_must_be_two_records_of_the_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    with pytest.raises(StateChangeError, match="two records"):
        world.decide(pair.ana, item_id, Verdict.SAME, members=[pair.texas])
    with pytest.raises(UnknownIdError):
        world.decide(pair.ana, item_id, Verdict.SAME, members=[pair.texas, 999])


def test_a_group_can_be_merged_in_one_go(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"), child("T3"))
    records = [pair.texas, pair.washington, world.record("TX", "T2"), world.record("TX", "T3")]
    before = world.students()
    world.merge(pair.ana, pair.wanda, *records)
    assert set(world.students().values()) == {before[pair.texas]}
    assert world.problems() == []


def test_the_student_with_most_records_keeps_its_id(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    late = world.record("TX", "T2")
    world.merge(pair.wanda, pair.ana, pair.washington, late)
    before = world.students()
    world.merge(pair.ana, pair.wanda, pair.texas, late)
    assert set(world.students().values()) == {before[late]}
