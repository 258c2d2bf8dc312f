"""A student that falls apart, from the scan to the worklist: asked once, kept together by a person, never against a fresh yes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from linkage.errors import NotAllowedError
from linkage.identity.views import Status, Verdict
from linkage.jobs.scan import ScanOutcome, run_scan
from linkage.pipeline import Found
from linkage.records import Proposal
from linkage.store.models import PairConstraint
from tests.identity_helpers import Pair, World, child, pair_evidence

pytest_plugins = ["tests.identity_fixtures"]


def _scan(world: World, *records: int, meanwhile: object = None) -> tuple[ScanOutcome, frozenset[tuple[str, str]]]:
    """A scan that proposes to split the student of these records, unless a yes stands; and the yeses it was told."""
    told: list[frozenset[tuple[str, str]]] = []

    def find(*_: object, must_link: frozenset[tuple[str, str]], **__: object) -> Found:
        told.append(must_link)
        if callable(meanwhile):
            meanwhile()
        a, b = map(str, sorted(records))
        split = Proposal("split", "suggested_split", (a, b), (pair_evidence(a, b),), ("GUARD-MB",), 0.01, ((a,), (b,)))
        return Found(2, 1, 1, () if must_link else (split,))

    return run_scan(world.database, world.rulebook(), now=world.tick(), find=find), told[0]


@pytest.fixture
def merged(world: World, pair: Pair) -> Pair:
    """The two records are one student since more than a year."""
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.now += timedelta(days=400)
    return pair


def test_a_fresh_yes_is_told_to_the_pipeline_and_an_old_or_overtaken_one_is_not(world: World, pair: Pair) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    yes = {(str(pair.texas), str(pair.washington))}
    assert _scan(world, pair.texas, pair.washington)[1] == yes
    world.upload("WA", child("W1", first_name="XIMENA", last_name_2="", school_name="Hillside"))
    assert _scan(world, pair.texas, pair.washington)[1] == yes
    world.upload("WA", child("W1", first_name="Xochitl", last_name_2=""))
    assert _scan(world, pair.texas, pair.washington)[1] == set()


def test_a_suggested_split_is_an_item_that_says_what_was_decided_and_what_changed(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.upload("WA", child("W1", first_name="Xochitl", last_name_2=""))
    outcome, _ = _scan(world, pair.texas, pair.washington)
    assert (outcome.proposals, len(outcome.changes.opened)) == ({"suggested_split": 1}, 1)
    view = world.item(pair.ana, outcome.changes.opened[0])
    assert (view.summary.kind, view.summary.guards, len(view.pairs)) == ("suggested_split", ("GUARD-MB",), 1)
    assert view.returned.startswith(f"Decision {decision} said one child on 2026-03-02. Since then changed: First Name")
    assert view.allowed >= {Verdict.SAME, Verdict.REGROUP}
    assert not view.allowed & {Verdict.DIFFERENT, Verdict.TWINS}
    assert _scan(world, pair.texas, pair.washington)[0].scan_id is None
    assert world.problems() == []


def test_same_child_keeps_the_student_together_without_a_second_person_and_is_a_fresh_yes(
    world: World, merged: Pair
) -> None:
    (item_id,) = _scan(world, merged.texas, merged.washington)[0].changes.opened
    before = world.snapshot()
    outcome = world.decide(merged.ana, item_id, Verdict.SAME, reason="records")
    assert (outcome.status, outcome.sentence) == (Status.APPLIED, "The records stay one student.")
    assert world.snapshot() == before
    again, told = _scan(world, merged.texas, merged.washington)
    assert (again.scan_id, len(told)) == (None, 1)
    assert world.problems() == []
    world.undo(merged.wanda, outcome.decision_id)
    assert (world.snapshot(), world.item(merged.ana, item_id).summary.status) == (before, Status.OPEN)
    assert world.problems() == []


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.TWINS])
def test_a_split_is_refused_with_the_way_to_do_it(world: World, merged: Pair, verdict: Verdict) -> None:
    (item_id,) = _scan(world, merged.texas, merged.washington)[0].changes.opened
    with pytest.raises(NotAllowedError, match="which records are which child"):
        world.decide(merged.ana, item_id, verdict)


def test_the_item_is_gone_after_the_merge_is_taken_back(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.now += timedelta(days=400)
    (item_id,) = _scan(world, pair.texas, pair.washington)[0].changes.opened
    world.undo(pair.ana, decision)
    world.scan()
    assert world.item(pair.ana, item_id).summary.status is Status.SUPERSEDED
    assert len(set(world.students().values())) == 2


def test_an_answer_given_while_the_pipeline_runs_wins_over_its_proposal(world: World, merged: Pair) -> None:
    (item_id,) = _scan(world, merged.texas, merged.washington)[0].changes.opened

    def keep() -> None:
        world.decide(merged.ana, item_id, Verdict.SAME, reason="records")

    outcome, _ = _scan(world, merged.texas, merged.washington, meanwhile=keep)
    assert (outcome.changes.overtaken, outcome.changes.opened) == (1, ())
    with world.database.unit_of_work(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(PairConstraint)) == 2
