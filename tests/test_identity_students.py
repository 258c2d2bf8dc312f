"""The consolidated record: values with their origin, redirected IDs, history, what can be undone."""

import pytest

from linkage.errors import NotAllowedError, UnknownIdError
from linkage.identity.student.views import ConsolidatedView
from linkage.identity.students import consolidated
from linkage.identity.views import Account, Verdict
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def _view(world: World, who: Account, student_id: str) -> ConsolidatedView:
    with world.database.unit_of_work(read_only=True) as session:
        return consolidated(session, who, student_id)


def test_the_latest_filled_value_is_shown_with_its_state_and_the_others_beside_it(world: World, pair: Pair) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    view = _view(world, pair.ana, world.students()[pair.texas])
    fields = {field.column: field for field in view.fields}
    assert fields["first_name"].value == "XIMENA"
    assert fields["first_name"].source == "WA, received 2026-03-02"
    assert fields["first_name"].others == (("TX, received 2026-03-02", "Ximena"),)
    assert (fields["last_name_2"].value, fields["last_name_2"].source[:2]) == ("Ocampo", "TX")
    assert fields["suffix"].value == fields["suffix"].source == ""
    assert fields["last_name_1"].title == "Last Name 1"
    assert fields["last_name_1"].others == ()
    assert {record.state for record in view.records} == {"TX", "WA"}


def test_an_id_that_was_merged_away_leads_to_the_survivor_over_several_steps(world: World, pair: Pair) -> None:
    home = world.students()
    world.upload("TX", child("T2"), child("T3"), child("T4"))
    others = [world.record("TX", f"T{number}") for number in (2, 3, 4)]
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.merge(pair.ana, pair.ben, *others)
    world.merge(pair.ana, pair.wanda, pair.texas, others[0])
    view = _view(world, pair.ana, home[pair.washington])
    assert view.redirected_from == home[pair.washington]
    assert set(view.retired_ids) == (set(home.values()) | set(world.snapshot()[1])) - {view.student_id}
    assert len(view.records) == 5
    assert _view(world, pair.ana, view.student_id).redirected_from == ""


def test_the_history_tells_what_arrived_and_what_was_decided(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.upload("TX", child("T1", birth_date="2012-03-08"))
    world.upload("TX", child("T1", birth_date="2012-03-08", school_name="Hillside"))
    student = world.students()[pair.texas]
    world.undo(pair.wanda, decision)
    sentences = [event.sentence for event in _view(world, pair.ana, student).history]
    assert sentences[0] == "Record T1 arrived."
    assert "said “same child”" in sentences[1]
    assert "validated it. Merged." in sentences[2]
    assert sentences[3:5] == [
        "Record T1 changed (version 2): Birth Date.",
        "Record T1 changed (version 3): moves or enrollments.",
    ]
    assert "took the decision back. The decision is undone" in sentences[5]


def test_merges_in_force_can_be_undone_by_those_who_may(world: World, pair: Pair) -> None:
    item_id, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    student = world.students()[pair.texas]
    assert [one.decision_id for one in _view(world, pair.wanda, student).undoable] == [decision]
    assert _view(world, world.person("flo", "FL"), student).undoable == ()
    assert _view(world, world.person("pat", "TX", "primary_user"), student).undoable == ()
    world.undo(pair.ana, decision)
    assert _view(world, pair.wanda, student).undoable == ()
    world.decide(pair.ana, item_id, Verdict.DIFFERENT)
    assert _view(world, pair.wanda, student).undoable == ()


def test_every_state_may_look_but_not_every_role(world: World, pair: Pair) -> None:
    student = world.students()[pair.texas]
    assert _view(world, world.person("flo", "FL", "secondary_user"), student).student_id == student
    with pytest.raises(NotAllowedError):
        _view(world, world.person("gus", "", "government_administrator"), student)
    with pytest.raises(UnknownIdError):
        _view(world, pair.ana, "123456789012")
