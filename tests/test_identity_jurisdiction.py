"""Whose business a merge is: every State that has a record of one of the students, now, not only those of the item's records."""

from dataclasses import replace

import pytest

from linkage.errors import ConflictError, NotAllowedError, UnknownIdError
from linkage.identity.students import consolidated
from linkage.identity.views import Status, Verdict
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def _second_texan(world: World) -> int:
    world.upload("TX", child("T2"))
    return world.record("TX", "T2")


def test_a_student_that_another_state_shares_is_merged_with_that_state_only(world: World, pair: Pair) -> None:
    second = _second_texan(world)
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    item_id = world.open_item(pair.texas, second)
    proposed = world.decide(pair.ana, item_id, Verdict.SAME)
    assert "a Washington administrator" in proposed.sentence
    view = world.item(pair.wanda, item_id)
    assert (view.summary.waiting_for, view.summary.states) == ("a Washington administrator", ("TX",))
    with pytest.raises(NotAllowedError, match="other State"):
        world.decide(pair.ben, item_id, Verdict.VALIDATE)
    assert world.decide(pair.wanda, item_id, Verdict.VALIDATE).status is Status.APPLIED
    assert len(set(world.students().values())) == 1
    assert world.problems() == []


def test_the_other_state_may_decide_it_as_well_and_a_third_one_never_sees_it(world: World, pair: Pair) -> None:
    second = _second_texan(world)
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    item_id = world.open_item(pair.texas, second)
    with pytest.raises(UnknownIdError):
        world.item(world.person("flo", "FL"), item_id)
    assert world.decide(pair.wanda, item_id, Verdict.TWINS).status is Status.APPLIED


def test_a_merge_made_meanwhile_brings_its_state_in_and_its_undo_takes_it_out(world: World, pair: Pair) -> None:
    second = _second_texan(world)
    world.scan([pair.texas, second], [pair.texas, pair.washington])
    inside, across = 1, 2
    world.decide(pair.ana, inside, Verdict.SAME, reason="parent")
    assert world.item(pair.ben, inside).answers
    merged = world.decide(pair.ana, across, Verdict.SAME, reason="parent")
    world.decide(pair.wanda, across, Verdict.VALIDATE)
    assert world.item(pair.ben, inside).allowed == {Verdict.ESCALATE, Verdict.REASSIGN}
    assert world.item(pair.wanda, inside).answers
    with pytest.raises(NotAllowedError, match="other State"):
        world.decide(pair.ben, inside, Verdict.VALIDATE)
    world.undo(pair.wanda, merged.decision_id)
    with pytest.raises(UnknownIdError):
        world.item(pair.wanda, inside)
    assert world.decide(pair.ben, inside, Verdict.VALIDATE).status is Status.APPLIED
    assert world.problems() == []


def test_every_state_of_the_student_can_take_the_merge_back(world: World, pair: Pair) -> None:
    second = _second_texan(world)
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, second)
    with world.database.unit_of_work(read_only=True) as session:
        view = consolidated(session, pair.wanda, world.students()[second])
    assert decision in [one.decision_id for one in view.undoable]
    world.undo(pair.wanda, decision)
    assert len(set(world.students().values())) == 2
    assert world.problems() == []


def test_a_decision_of_other_states_looks_like_no_decision(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    said = []
    for number in (decision, 999):
        with pytest.raises(UnknownIdError) as refused:
            world.undo(world.person("flo", "FL"), number)
        said.append(str(refused.value).replace(str(number), "N"))
    assert said[0] == said[1]


def test_a_proposer_who_moves_to_the_other_state_still_cannot_validate(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME)
    with pytest.raises(NotAllowedError, match="You proposed"):
        world.decide(replace(pair.ana, state="WA", role="regional_data_administrator"), item_id, Verdict.VALIDATE)


def test_what_nobody_has_looked_at_cannot_be_decided(world: World, pair: Pair) -> None:
    """A State sends a correction while somebody has the page open."""
    item_id = world.open_item(pair.texas, pair.washington)
    looked_at = world.item(pair.ana, item_id).summary.version
    world.upload("WA", child("W1", first_name="Ximena", birth_date="2014-01-30"))
    with pytest.raises(ConflictError, match="newer versions of its records"):
        world.decide(pair.ana, item_id, Verdict.SAME, version=looked_at)
    world.decide(pair.ana, item_id, Verdict.SAME)
    looked_at = world.item(pair.wanda, item_id).summary.version
    world.upload("TX", child("T1", birth_date="2014-01-31"))
    with pytest.raises(ConflictError, match="newer versions of its records"):
        world.decide(pair.wanda, item_id, Verdict.VALIDATE, version=looked_at)
    assert world.decide(pair.wanda, item_id, Verdict.VALIDATE).status is Status.APPLIED
    assert world.problems() == []


def test_a_new_enrollment_alone_disturbs_nobody(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.upload("TX", child("T1", school_name="Hillside", enrollment_date="2026-01-07"))
    assert world.decide(pair.ana, item_id, Verdict.DIFFERENT, version=1).status is Status.APPLIED
