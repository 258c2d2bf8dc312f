"""A record that the scan missed, found by search and added while the item is reviewed."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from linkage.commands import blocking
from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity.adding import Added, add_candidate
from linkage.identity.missed_pairs import missed_pairs
from linkage.identity.views import Account, Kind, Verdict
from linkage.store.models import BlockingMiss, LedgerEvent, WorklistItem
from rules.rulebook import load_rulebook
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

RULES = load_rulebook()


@pytest.fixture
def item(world: World, pair: Pair) -> int:
    """A near match of Texas and Washington, and a record of Florida that no scan has put beside it."""
    world.upload("FL", child("F1", first_name="Jimena", last_name_1="Ocampo", last_name_2=""))
    return world.open_item(pair.texas, pair.washington)


def add(world: World, who: Account, item: int, wanted: object, *, version: int = 1) -> Added:
    with world.database.unit_of_work() as session:
        return add_candidate(session, who, item, version, str(wanted), RULES, now=world.tick())


def test_an_added_record_stands_beside_the_others_with_its_evidence(world: World, pair: Pair, item: int) -> None:
    florida = world.record("FL", "F1")
    before = world.item(pair.ana, item).summary
    added = add(world, pair.ana, item, florida)
    view = world.item(pair.ana, item)
    assert (added.record_ids, added.missed) == ((str(florida),), 2)
    assert [one.record_id for one in view.records] == [str(pair.texas), str(pair.washington), str(florida)]
    new = [pair for pair in view.pairs if str(florida) in (pair.left, pair.right)]
    assert len(new) == 2
    assert all(one.weight == pytest.approx(sum(line.weight for line in one.lines)) for one in new)
    assert view.summary.version == added.version == before.version + 1
    assert {guard for one in new for guard in one.guards} <= set(view.summary.guards)
    assert (
        view.summary.probability == sorted(one.probability for one in view.pairs)[1]
    )  # two pairs connect three records
    assert world.problems() == []


def test_whoever_looked_at_the_item_before_gets_a_conflict(world: World, pair: Pair, item: int) -> None:
    add(world, pair.ana, item, world.record("FL", "F1"))
    with pytest.raises(ConflictError, match="or another record, have come"):
        world.decide(pair.wanda, item, Verdict.SAME, version=1)
    world.upload("FL", child("F2"))
    with pytest.raises(ConflictError):
        add(world, pair.wanda, item, world.record("FL", "F2"), version=1)


def test_the_item_becomes_the_business_of_the_new_records_state(world: World, pair: Pair, item: int) -> None:
    flora = world.person("flora", "FL")
    with pytest.raises(UnknownIdError):
        world.item(flora, item)
    add(world, pair.ana, item, world.record("FL", "F1"))
    assert world.item(flora, item).summary.item_id == item


def test_the_same_request_twice_adds_once_and_a_student_comes_whole(world: World, pair: Pair, item: int) -> None:
    world.upload("FL", child("F2"))
    records = [world.record("FL", "F1"), world.record("FL", "F2")]
    flora, fred = world.person("flora", "FL"), world.person("fred", "FL")
    world.merge(flora, fred, *records)
    item = world.open_item(pair.texas, pair.washington)
    version = world.item(pair.ana, item).summary.version
    student = world.students()[records[0]]
    first = add(world, pair.ana, item, student, version=version)
    assert first.record_ids == tuple(map(str, records))
    again = add(world, pair.ana, item, student, version=version)
    assert (again.record_ids, again.version) == ((), first.version)
    with world.database.unit_of_work(read_only=True) as session:
        events = session.scalars(select(LedgerEvent.payload).where(LedgerEvent.kind == "record_added")).all()
        misses = session.scalars(select(BlockingMiss)).all()
    assert [json.loads(one)["records"] for one in events] == [records]
    assert len(misses) == 4  # not the pair of the two that are one student


def test_what_was_added_can_be_decided_and_undone_like_the_rest(world: World, pair: Pair, item: int) -> None:
    add(world, pair.ana, item, world.record("FL", "F1"))
    before = world.students()
    proposed = world.decide(pair.ana, item, Verdict.SAME, reason="records")
    world.decide(pair.wanda, item, Verdict.VALIDATE)
    assert len(set(world.students().values())) == 1
    world.undo(pair.wanda, proposed.decision_id)
    assert world.students() == before
    assert world.problems() == []


def test_a_later_scan_leaves_the_added_record_where_a_person_put_it(world: World, pair: Pair, item: int) -> None:
    add(world, pair.ana, item, world.record("FL", "F1"))
    view = world.item(pair.ana, item)
    world.scan((pair.texas, pair.washington), guards=["GUARD-SEX"])
    assert world.item(pair.ana, item) == view
    world.scan((pair.texas, pair.washington, world.record("FL", "F1")))
    assert world.item(pair.ana, item).summary.status == "superseded"


def test_who_may_not_decide_the_item_adds_nothing(world: World, pair: Pair, item: int) -> None:
    florida = world.record("FL", "F1")
    with pytest.raises(UnknownIdError):
        add(world, world.person("kay", "KY"), item, florida)
    world.decide(pair.wanda, item, Verdict.CLAIM)
    with pytest.raises(NotAllowedError, match="Somebody else is working"):
        add(world, pair.ana, item, florida, version=2)
    assert add(world, pair.wanda, item, florida, version=2).missed == 2
    assert world.item(pair.wanda, item).summary.status == "claimed"
    world.decide(pair.wanda, item, Verdict.DIFFERENT)
    world.upload("FL", child("F2"))
    with pytest.raises(NotAllowedError, match="is decided"):
        add(world, pair.wanda, item, world.record("FL", "F2"), version=4)


@pytest.mark.parametrize("wanted", ["999", "", "T1", "-1", "9" * 30, "000000000000", "234411809139"])
def test_what_is_no_record_is_said_to_be_none(world: World, pair: Pair, item: int, wanted: str) -> None:
    with pytest.raises(UnknownIdError, match="no such record"):
        add(world, pair.ana, item, wanted)


def test_a_review_never_shows_more_records_than_a_person_can_compare(world: World, pair: Pair, item: int) -> None:
    for number in range(2, 5):
        world.upload("FL", child(f"F{number}"))
    for version, number in enumerate(range(1, 4), start=1):
        add(world, pair.ana, item, world.record("FL", f"F{number}"), version=version)
    with pytest.raises(StateChangeError, match="up to 5 records; here are 5, and 1 would come"):
        add(world, pair.ana, item, world.record("FL", "F4"), version=4)


def test_records_are_added_to_near_matches_only(world: World, pair: Pair, item: int) -> None:
    with world.database.unit_of_work() as session:
        session.get_one(WorklistItem, item).kind = str(Kind.SUGGESTED_SPLIT)
    with pytest.raises(StateChangeError, match="near matches only"):
        add(world, pair.ana, item, world.record("FL", "F1"))


def test_the_second_of_two_documented_birth_dates_opens_its_item_at_once(world: World, pair: Pair, item: int) -> None:
    seen = {"birth_date_verification": "1003"}
    world.upload("TX", child("T1", **seen))
    world.upload("FL", child("F1", birth_date="2012-08-13", **seen))
    add(world, pair.ana, item, world.record("FL", "F1"), version=world.item(pair.ana, item).summary.version)
    assert "GUARD-VERIFIED" in world.item(pair.ana, item).summary.guards
    with pytest.raises(StateChangeError, match="birth date of these records is not settled"):
        world.decide(pair.ana, item, Verdict.SAME, reason="records")


def test_missed_pairs_are_listed_once_with_the_rules_that_would_find_them(world: World, pair: Pair, item: int) -> None:
    world.upload("FL", child("F9", first_name="Bo", last_name_1="Xiong", last_name_2="", birth_date="2001-01-09"))
    add(world, pair.ana, item, world.record("FL", "F1"))
    add(world, pair.ana, item, world.record("FL", "F9"), version=2)
    with world.database.unit_of_work(read_only=True) as session:
        found = missed_pairs(session, RULES)
    assert [(one.record_a, one.record_b) for one in found][:2] == [
        (pair.texas, world.record("FL", "F1")),
        (pair.washington, world.record("FL", "F1")),
    ]
    assert found[0].met_by
    assert found[0].probability > found[-1].probability
    assert not any(one.one_student for one in found)


def test_the_command_lists_missed_pairs_by_number(world: World, pair: Pair, item: int) -> None:
    florida = world.record("FL", "F1")
    add(world, pair.ana, item, florida)
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocking, "open_database", lambda _folder: world.database)
        patch.setattr(blocking.out, "print", made.append)
        result = CliRunner().invoke(blocking.command, ["missed", "--data", str(world.folder)])
    assert result.exit_code == 0, result.output
    assert made[-1] == "0 of 2 pairs meet under no blocking rule."
    assert list(made[0].columns[0].cells) == [f"{pair.texas}, {florida}", f"{pair.washington}, {florida}"]
