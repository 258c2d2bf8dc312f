"""Undo: exactly what the decision changed, at any later time, also after later uploads, merges and undos."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity.students import consolidated
from linkage.identity.views import Status, Verdict
from tests.identity_helpers import Pair, World, child
from tests.identity_machine import DecidingMachine

pytest_plugins = ["tests.identity_fixtures"]


def test_undoing_a_merge_at_once_restores_exactly_what_was_before(world: World, pair: Pair) -> None:
    before = world.snapshot()
    item_id, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    outcome = world.undo(pair.wanda, decision, note="Two cousins after all.")
    assert world.snapshot() == before
    assert outcome.status is Status.OPEN
    assert world.item(pair.ana, item_id).summary.status is Status.OPEN
    assert [one.undone for one in world.item(pair.ana, item_id).decisions] == [True, False, False]
    assert world.problems() == []


def test_the_validation_s_number_undoes_as_well(world: World, pair: Pair) -> None:
    before = world.snapshot()
    item_id, _ = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    validation = world.item(pair.ana, item_id).decisions[-1]
    world.undo(pair.ana, validation.decision_id)
    assert world.snapshot() == before


def test_an_undone_item_can_be_decided_again(world: World, pair: Pair) -> None:
    item_id, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.undo(pair.ana, decision)
    assert world.decide(pair.ana, item_id, Verdict.DIFFERENT).status is Status.APPLIED
    assert world.problems() == []


def test_later_uploads_survive_an_undo(world: World, pair: Pair) -> None:
    before = world.students()
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.upload("WA", child("W1", first_name="Ximena Sol"), child("W2"))
    world.undo(pair.ana, decision)
    after = world.students()
    assert {record: after[record] for record in before} == before
    with world.database.unit_of_work(read_only=True) as session:
        view = consolidated(session, pair.wanda, after[pair.washington])
    assert view.records[0].version == 2
    assert world.problems() == []


def test_a_record_merged_later_stays_with_the_one_it_was_merged_with(world: World, pair: Pair) -> None:
    """B is merged into A, then C with B. Undoing the first leaves C with B, not with A."""
    world.upload("WA", child("W2"))
    third = world.record("WA", "W2")
    world.upload("WA", child("W3"))
    home = world.students()
    _, first = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.merge(pair.wanda, pair.ana, pair.washington, third)
    world.undo(pair.ana, first)
    after = world.students()
    assert after[pair.texas] == home[pair.texas]
    assert after[pair.washington] == after[third] == home[pair.washington]
    assert world.problems() == []


def test_two_merges_can_be_undone_in_either_order(world: World, pair: Pair) -> None:
    world.upload("WA", child("W2"))
    third = world.record("WA", "W2")
    before = world.snapshot()
    for order in ((0, 1), (1, 0)):
        made = [
            world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)[1],
            world.merge(pair.wanda, pair.ana, pair.washington, third)[1],
        ]
        for number in order:
            world.undo(pair.wanda, made[number])
        assert world.snapshot() == before
        world.scan()
    assert world.problems() == []


def test_two_people_who_said_the_same_must_both_be_undone(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    third = world.record("TX", "T2")
    world.scan([pair.texas, pair.washington], [pair.texas, pair.washington, third])
    narrow, wide = (item for item in (1, 2))
    first = world.decide(pair.ana, narrow, Verdict.SAME)
    world.decide(pair.wanda, narrow, Verdict.VALIDATE)
    second = world.decide(pair.ana, wide, Verdict.SAME, members=[pair.texas, pair.washington])
    world.decide(pair.wanda, wide, Verdict.VALIDATE)
    kept = world.undo(pair.ana, first.decision_id)
    assert "other decisions still hold" in kept.sentence
    assert world.students()[pair.texas] == world.students()[pair.washington]
    world.undo(pair.ana, second.decision_id)
    assert world.students()[pair.texas] != world.students()[pair.washington]
    assert world.problems() == []


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.TWINS])
def test_a_no_that_is_undone_no_longer_stands_in_the_way(world: World, pair: Pair, verdict: Verdict) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    refused = world.decide(pair.ana, item_id, verdict)
    world.undo(pair.wanda, refused.decision_id)
    world.decide(pair.ana, item_id, Verdict.SAME)
    world.decide(pair.wanda, item_id, Verdict.VALIDATE)
    assert world.students()[pair.texas] == world.students()[pair.washington]
    assert world.problems() == []


def test_a_decision_is_undone_once_and_the_second_is_told_by_whom(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.undo(pair.ana, decision)
    with pytest.raises(ConflictError, match="Ana of TX took the decision back on 2026"):
        world.undo(pair.wanda, decision)


def test_what_was_never_applied_cannot_be_undone(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    proposed = world.decide(pair.ana, item_id, Verdict.SAME)
    with pytest.raises(StateChangeError, match="changed nothing"):
        world.undo(pair.ana, proposed.decision_id)
    with pytest.raises(UnknownIdError):
        world.undo(pair.ana, 999)


def test_only_people_of_the_states_concerned_can_undo(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    with pytest.raises(UnknownIdError):
        world.undo(world.person("flo", "FL"), decision)
    with pytest.raises(NotAllowedError):
        world.undo(world.person("pat", "TX", "primary_user"), decision)


def test_undoing_a_no_whose_item_came_back_leaves_the_new_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    refused = world.decide(pair.ana, item_id, Verdict.DIFFERENT)
    world.upload("TX", child("T1", birth_date="2012-03-08"))
    (returned,) = world.scan([pair.texas, pair.washington]).changes.opened
    assert world.undo(pair.ana, refused.decision_id).status is Status.SUPERSEDED
    assert world.item(pair.ana, returned).summary.status is Status.OPEN
    assert world.problems() == []


def test_any_sequence_of_decisions_and_undos_agrees_with_a_small_model(world: World) -> None:
    machine = type("Deciding", (DecidingMachine,), {"world": world})
    # Without shrinking: a failure must not take minutes to be told, and twelve steps are read easily.
    modest = settings(max_examples=10, stateful_step_count=12, deadline=None, phases=[Phase.explicit, Phase.generate])
    run_state_machine_as_test(machine, settings=modest)
