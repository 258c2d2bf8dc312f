"""Scans against the worklist: the same twice changes nothing, people win over proposals, a changed "no" comes back and says why."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from linkage.engine.local import Progress
from linkage.engine.standing import Standing
from linkage.identity.views import Status, Verdict
from linkage.jobs.scan import run_scan
from linkage.pipeline import Found
from linkage.records import RecordTable
from linkage.store.models import ItemMember, LedgerEvent, PairConstraint, Scan, ScoredPair, WorklistItem
from rules.rulebook import Rulebook
from tests.identity_helpers import Pair, World, child, proposal

pytest_plugins = ["tests.identity_fixtures"]


def _everything(world: World) -> list[object]:
    with world.database.unit_of_work(read_only=True) as session:
        items = session.execute(
            select(WorklistItem.id, WorklistItem.version, WorklistItem.status, WorklistItem.changed)
        ).all()
        tables = (Scan, ItemMember, ScoredPair, LedgerEvent, PairConstraint)
        return [*items, *(session.scalar(select(func.count()).select_from(table)) for table in tables)]


def test_a_second_scan_changes_nothing_when_nothing_changed(world: World, pair: Pair) -> None:
    first = world.scan([pair.texas, pair.washington])
    before = _everything(world)
    second = world.scan([pair.texas, pair.washington])
    assert first.scan_id is not None
    assert (second.scan_id, second.changes.unchanged) == (None, 1)
    assert _everything(world) == before
    assert (second.records, second.proposals) == (2, {"near_match": 1})


def test_a_changed_record_renews_its_open_item_in_place(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.upload("TX", child("T1", middle_name="Sol"))
    assert world.item(pair.ana, item_id).changed_since == (str(pair.texas),)
    changes = world.scan([pair.texas, pair.washington]).changes
    assert (changes.refreshed, changes.opened) == ((item_id,), ())
    view = world.item(pair.ana, item_id)
    assert (view.summary.version, view.changed_since, len(view.pairs)) == (3, (), 1)
    assert world.problems() == []


def test_other_rules_or_other_guards_renew_an_open_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.rules = "b" * 64
    assert world.scan([pair.texas, pair.washington]).changes.refreshed == (item_id,)
    assert world.scan([pair.texas, pair.washington], guards=["GUARD-SIB"]).changes.refreshed == (item_id,)
    assert world.scan([pair.texas, pair.washington], guards=["GUARD-SIB"]).scan_id is None


def test_an_open_item_whose_group_is_gone_or_grew_is_superseded(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    third = world.record("TX", "T2")
    small = world.open_item(pair.texas, pair.washington)
    changes = world.scan([pair.texas, pair.washington, third]).changes
    assert changes.superseded == (small,)
    assert world.item(pair.ana, small).summary.status is Status.SUPERSEDED
    assert world.item(pair.ana, small).refusal == "a later scan has replaced this item."
    assert world.scan().changes.superseded == changes.opened


@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.NEED_INFORMATION, Verdict.CLAIM])
def test_an_item_that_waits_for_somebody_is_left_alone(world: World, pair: Pair, verdict: Verdict) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, verdict, note="Asked the recruiter.")
    before = world.item(pair.ana, item_id).summary
    world.scan()
    world.upload("WA", child("W1", first_name="XIMENA", last_name_2="", sex="M"))
    world.scan([pair.texas, pair.washington])
    view = world.item(pair.ana, item_id)
    assert view.summary == replace(before, version=before.version + 1, names=view.summary.names)
    assert view.changed_since == (str(pair.washington),)


def test_a_claim_that_has_expired_protects_nothing_and_what_was_passed_up_is_renewed(world: World, pair: Pair) -> None:
    claimed = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, claimed, Verdict.CLAIM)
    world.now += timedelta(minutes=21)
    world.rules = "b" * 64
    assert world.scan([pair.texas, pair.washington]).changes.refreshed == (claimed,)
    assert world.item(pair.ben, claimed).summary.status is Status.OPEN
    world.decide(pair.ana, claimed, Verdict.CLAIM)
    world.now += timedelta(minutes=21)
    assert world.scan().changes.superseded == (claimed,)
    assert world.item(pair.ben, claimed).summary.status is Status.SUPERSEDED
    assert world.problems() == []


def test_what_has_become_one_student_since_is_not_said_to_come_back(world: World, pair: Pair) -> None:
    """Refused, changed, asked again, merged: a third record beside the two is a new question."""
    world.upload("TX", child("T2"))
    world.decide(pair.ana, world.open_item(pair.texas, pair.washington), Verdict.DIFFERENT)
    world.upload("WA", child("W1", birth_date="2012-08-30"))
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    view = world.item(pair.ana, world.open_item(pair.texas, pair.washington, world.record("TX", "T2")))
    assert (view.summary.kind, view.returned) == ("near_match", "")


def test_a_no_comes_back_when_an_identity_field_changes_and_says_which(world: World, pair: Pair) -> None:
    refused = world.decide(pair.ana, world.open_item(pair.texas, pair.washington), Verdict.TWINS)
    world.upload("WA", child("W1", first_name="XIMENA", last_name_2="", school_name="Hillside"))
    assert world.scan().scan_id is None
    world.upload("WA", child("W1", first_name="Ximena", last_name_2="", birth_date="2012-03-08"))
    outcome = world.scan([pair.texas, pair.washington])
    assert (outcome.changes.returned, len(outcome.changes.ended)) == (1, 1)
    view = world.item(pair.ana, outcome.changes.opened[0])
    assert view.summary.kind == "identity_returned"
    assert view.returned.startswith(f"Decision {refused.decision_id} said twins or siblings on 2026-03-02.")
    assert view.returned.endswith(f"First Name of record {pair.washington}, Birth Date of record {pair.washington}.")
    assert world.problems() == []


def test_the_pipeline_is_told_what_people_have_decided(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"), child("T3"))
    second, third = world.record("TX", "T2"), world.record("TX", "T3")
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.decide(pair.ana, world.open_item(pair.texas, second), Verdict.DIFFERENT)
    world.decide(pair.ana, world.open_item(second, third), Verdict.TWINS)
    world.upload("TX", child("T3", suffix="Jr."))
    told: dict[str, object] = {}

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
        assert (rulebook.hash, standing, progress) == (world.rules, None, None)
        told.update(must=must_link, cannot=cannot_link, same=same_student, table=table)
        return Found(len(table), 0, 0, ())

    run_scan(world.database, world.rulebook(), now=world.tick(), find=find)
    assert told["must"] == {(str(pair.texas), str(pair.washington))}
    assert told["cannot"] == {(str(pair.texas), str(second))}
    assert told["same"] == {str(record): student for record, student in world.students().items()}
    table = told["table"]
    assert isinstance(table, RecordTable)
    assert table.ids == ("1", "2", "3", "4")
    assert table.sources == ("TX", "WA", "TX", "TX")
    assert tuple(table.columns["suffix"]) == ("", "", "", "Jr.")
    assert tuple(table.columns["state_student_id"]) == ("T1", "W1", "T2", "T3")


def test_a_decision_made_while_the_pipeline_runs_wins_over_its_proposal(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)

    def find(*_: object, **__: object) -> Found:
        world.decide(pair.ana, item_id, Verdict.DIFFERENT)
        return Found(2, 1, 1, (proposal([str(pair.texas), str(pair.washington)]),))

    outcome = run_scan(world.database, world.rulebook(), now=world.tick(), find=find)
    assert (outcome.changes.overtaken, outcome.scan_id) == (1, None)
    assert world.item(pair.ana, item_id).summary.status is Status.APPLIED
    assert world.problems() == []
