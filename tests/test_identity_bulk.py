"""Deciding a class of items together: only what is alike, only after a sample, item by item, and back again."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import insert, select, update

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import batches, bulk, bulk_classes
from linkage.identity.batches import BatchView
from linkage.identity.bulk import BulkPreview
from linkage.identity.bulk_classes import ClassView, Likeness, Sample
from linkage.identity.views import Account, Status, Verdict
from linkage.store.database import Database
from linkage.store.models import BatchItem, LedgerEvent, ScoredPair, WorklistItem
from tests.identity_helpers import World, child, counted_queries, nobody_validates
from tests.test_identity_neighbours import more_items

pytest_plugins = ["tests.identity_fixtures"]

PAIRS = 8
PAIR = ScoredPair.metadata.tables["scored_pair"]


@pytest.fixture
def ana(world: World) -> Account:
    return world.person("ana", "TX")


@pytest.fixture
def items(world: World, ana: Account) -> list[int]:
    """Eight near matches of two Texan records each, alike in everything that was compared."""
    names = [f"T{number}" for number in range(2 * PAIRS)]
    world.upload("TX", *map(child, names))
    records = [world.record("TX", name) for name in names]
    return list(world.scan(*(records[one : one + 2] for one in range(0, 2 * PAIRS, 2))).changes.opened)


@pytest.fixture
def alone(database_url: str, world: World) -> Iterator[World]:
    """The same world where one administrator is enough, and ten merges an hour are the most."""
    rules = nobody_validates(world.database.policy)
    few = rules.model_copy(update={"decisions": rules.decisions.model_copy(update={"most_an_hour": 10})})
    world.database = Database(database_url, policy=few)
    yield world
    world.database.close()


def _classes(world: World, who: Account) -> tuple[ClassView, ...]:
    with world.database.unit_of_work(read_only=True) as session:
        return bulk_classes.classes(session, who, world.now)


def _likeness(world: World, who: Account) -> Likeness:
    (only,) = _classes(world, who)
    return only.likeness


def _sample(world: World, who: Account, like: Likeness, verdict: Verdict = Verdict.DIFFERENT) -> Sample:
    with world.database.unit_of_work(read_only=True) as session:
        return bulk_classes.sample(session, who, like, verdict, world.now)


def _preview(world: World, who: Account, like: Likeness, verdict: Verdict) -> BulkPreview:
    with world.database.unit_of_work(read_only=True) as session:
        return bulk.preview(session, who, like, verdict, world.now)


def _look(world: World, who: Account, like: Likeness, verdict: Verdict = Verdict.DIFFERENT) -> tuple[int, ...]:
    found = _sample(world, who, like, verdict)
    for item_id in found.items:
        world.decide(who, item_id, verdict)
    return found.items


def _decide(
    world: World, who: Account, like: Likeness, verdict: Verdict = Verdict.DIFFERENT, **more: object
) -> BatchView:
    return bulk.decide(world.database, who, like, verdict, **{"key": "batch", "clock": world.tick} | more)  # type: ignore[arg-type]


def test_a_class_says_what_its_items_have_in_common(world: World, ana: Account, items: list[int]) -> None:
    (only,) = _classes(world, ana)
    assert (only.count, only.examples) == (PAIRS, tuple(items[:3]))
    assert only.likeness.states == ("TX",)
    assert "Both surnames agree." in only.common
    assert "Quetzal" not in repr(only)
    with world.database.unit_of_work(read_only=True) as session:
        assert bulk_classes.class_of(session, ana, only.likeness.code, world.now) == only
        assert bulk_classes.class_of(session, ana, "0" * 16, world.now) is None


@pytest.mark.parametrize(
    "values",
    [{"guards": ["GUARD-MB"]}, {"disagreed": [1, 2]}, {"kind": "identity_returned"}, {"in_child_count": False}],
)
def test_what_is_not_alike_or_has_a_guard_is_of_no_class(
    world: World, ana: Account, items: list[int], values: dict[str, object]
) -> None:
    with world.database.unit_of_work() as session:
        session.execute(update(WorklistItem).where(WorklistItem.id == items[0]).values(**values))
    assert [one.count for one in _classes(world, ana)] == [PAIRS - 1]


def test_other_people_a_claim_and_a_newer_record_leave_the_class(world: World, ana: Account, items: list[int]) -> None:
    assert _classes(world, world.person("wanda", "WA")) == ()
    with pytest.raises(NotAllowedError):
        _classes(world, world.person("pat", "TX", "primary_user"))
    world.decide(world.person("ben", "TX"), items[0], Verdict.CLAIM)
    world.upload("TX", child("T2", first_name="Jimena"))
    assert [one.count for one in _classes(world, ana)] == [PAIRS - 2]
    assert [one.count for one in _classes(world, world.people["ben"])] == [PAIRS - 1]


def test_fewer_than_five_are_no_class(world: World, ana: Account, items: list[int]) -> None:
    for item_id in items[:4]:
        world.decide(ana, item_id, Verdict.DIFFERENT)
    assert _classes(world, world.person("ben", "TX")) == ()


def test_what_one_has_looked_at_today_still_makes_a_class_with_the_few_that_are_left(
    world: World, ana: Account, items: list[int]
) -> None:
    for item_id in items[:4]:
        world.decide(ana, item_id, Verdict.DIFFERENT)
    assert [(one.count, one.examples) for one in _classes(world, ana)] == [(4, tuple(items[4:7]))]
    world.now += timedelta(days=1)
    assert _classes(world, ana) == ()


def test_a_batch_of_which_a_part_was_asked_for_goes_on(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    _look(world, ana, like)
    assert len(_decide(world, ana, like, most=1).left) == 2
    found = bulk.go_on(world.database, ana, 1, clock=world.tick)
    assert (len(found.decided), found.left) == (3, ())
    with world.database.unit_of_work(read_only=True) as session:
        assert batches.recent(session, ana) == [found]
    with pytest.raises(UnknownIdError):
        bulk.go_on(world.database, world.person("ben", "TX"), 1, clock=world.tick)


def test_the_sample_is_the_same_however_often_one_asks_and_another_for_another_person(
    world: World, ana: Account, items: list[int]
) -> None:
    like = _likeness(world, ana)
    first = _sample(world, ana, like)
    assert len(first.items) == 5
    assert _sample(world, ana, like) == first
    world.decide(ana, first.items[0], Verdict.DIFFERENT)
    again = _sample(world, ana, like)
    assert (again.items, again.same) == (first.items, first.items[:1])
    others = {_sample(world, world.person(f"p{number}", "TX"), like).items for number in range(4)}
    assert len(others) > 1


def test_nothing_is_decided_together_before_the_sample(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    with pytest.raises(StateChangeError, match="Look at 5 more"):
        _decide(world, ana, like)
    sample = _look(world, ana, like)
    batch = _decide(world, ana, like)
    assert set(batch.decided) == set(items) - set(sample)
    assert (batch.refused, batch.left, batch.stopped) == ({}, (), "")
    assert {world.item(ana, one).summary.status for one in items} == {Status.APPLIED}
    assert world.problems() == []


def test_a_sample_answered_otherwise_stops_the_batch(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    sample = _look(world, ana, like)
    with pytest.raises(StateChangeError, match="answered otherwise"):
        _decide(world, ana, like, Verdict.TWINS)
    assert _sample(world, ana, like, Verdict.TWINS).otherwise == sample


def test_the_preview_says_who_must_agree_and_what_the_count_does(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    merges = _preview(world, ana, like, Verdict.SAME)
    assert (merges.total, merges.now, merges.second_person, merges.refusals) == (PAIRS, PAIRS, PAIRS, {})
    assert merges.count == f"Merging lowers the count of Texas by {PAIRS}."
    noes = _preview(world, ana, like, Verdict.TWINS)
    assert (noes.total, noes.second_person) == (PAIRS, 0)
    assert "does not change" in noes.count
    assert {world.item(ana, one).summary.status for one in items} == {Status.OPEN}
    with pytest.raises(StateChangeError):
        _preview(world, ana, like, Verdict.ESCALATE)


def test_merges_stop_at_the_limit_of_an_hour_and_go_on_with_the_same_key(
    alone: World, ana: Account, items: list[int]
) -> None:
    names = [f"M{number}" for number in range(8)]
    alone.upload("TX", *map(child, names))
    records = [alone.record("TX", name) for name in names]
    pairs = [[alone.record("TX", f"T{2 * one}"), alone.record("TX", f"T{2 * one + 1}")] for one in range(PAIRS)]
    alone.scan(*pairs, *(records[one : one + 2] for one in range(0, 8, 2)))
    like = _likeness(alone, ana)
    assert _preview(alone, ana, like, Verdict.SAME).now == 10
    _look(alone, ana, like, Verdict.SAME)
    seen: list[tuple[int, int]] = []
    batch = _decide(alone, ana, like, Verdict.SAME, progress=lambda done, of: seen.append((done, of)))
    assert (len(batch.decided), len(batch.left)) == (5, 2)
    assert "in an hour" in batch.stopped
    assert seen[-1] == (5, 7)
    alone.now = alone.now.replace(hour=alone.now.hour + 2)
    rest = _decide(alone, ana, like, Verdict.SAME)
    assert (len(rest.decided), rest.left, rest.stopped) == (7, (), "")
    assert alone.problems() == []


def test_an_interrupted_batch_is_taken_up_again_with_the_same_key(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    _look(world, ana, like)
    ticks = count()

    def fails() -> datetime:
        if next(ticks) == 2:
            raise KeyboardInterrupt
        return world.tick()

    with pytest.raises(KeyboardInterrupt):
        _decide(world, ana, like, clock=fails)
    batch = _decide(world, ana, like)
    assert (len(batch.decided), batch.left) == (3, ())
    assert _decide(world, ana, like) == batch
    with pytest.raises(StateChangeError, match="another batch"):
        _decide(world, ana, like, Verdict.TWINS)


def test_what_somebody_else_has_decided_meanwhile_is_kept_as_refused(
    world: World, ana: Account, items: list[int]
) -> None:
    like = _likeness(world, ana)
    sample = _look(world, ana, like)
    (first, *_) = sorted(set(items) - set(sample))
    ben = world.person("ben", "TX")
    ticks = count()

    def meanwhile() -> datetime:
        if next(ticks) == 1:
            world.decide(ben, first, Verdict.CLAIM)
        return world.tick()

    batch = _decide(world, ana, like, clock=meanwhile)
    assert set(batch.refused) == {first}
    assert "no longer open" in batch.refused[first]
    assert len(batch.decided) == 2


def test_the_ledger_keeps_the_batch_with_ids_only(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    sample = _look(world, ana, like)
    batch = _decide(world, ana, like)
    with world.database.unit_of_work(read_only=True) as session:
        event = session.scalars(select(LedgerEvent).where(LedgerEvent.kind == "batch_decided")).one()
    said = json.loads(event.payload)
    assert (said["batch"], said["items"], said["sample"]) == (batch.batch_id, list(batch.decided), list(sample))


def test_one_undo_takes_the_whole_batch_back_and_says_what_could_not_be(
    world: World, ana: Account, items: list[int]
) -> None:
    like = _likeness(world, ana)
    sample = _look(world, ana, like)
    batch = _decide(world, ana, like)
    first, *others = batch.decided
    with world.database.unit_of_work(read_only=True) as session:
        decision = session.get_one(BatchItem, (batch.batch_id, first)).decision_id
    assert decision
    world.undo(world.person("ben", "TX"), decision)
    with pytest.raises(UnknownIdError):
        batches.undo(world.database, world.people["ben"], batch.batch_id, note="", clock=world.tick)
    taken = batches.undo(world.database, ana, batch.batch_id, note="Wrong class.", clock=world.tick)
    assert taken.undone == tuple(others)
    assert "Ben of TX" in taken.kept[first]
    assert {world.item(ana, one).summary.status for one in batch.decided} == {Status.OPEN}
    assert {world.item(ana, one).summary.status for one in sample} == {Status.APPLIED}
    assert batches.undo(world.database, ana, batch.batch_id, note="", clock=world.tick) == taken
    with pytest.raises(StateChangeError, match="taken back"):
        _decide(world, ana, like)


def test_an_undo_withdraws_what_still_waits_for_a_second_person(world: World, ana: Account, items: list[int]) -> None:
    like = _likeness(world, ana)
    _look(world, ana, like, Verdict.SAME)
    batch = _decide(world, ana, like, Verdict.SAME)
    assert {world.item(ana, one).summary.status for one in batch.decided} == {Status.WAITING_VALIDATION}
    taken = batches.undo(world.database, ana, batch.batch_id, note="", clock=world.tick)
    assert (taken.undone, taken.kept) == (batch.decided, {})
    assert {world.item(ana, one).summary.status for one in batch.decided} == {Status.OPEN}
    assert batches.undo(world.database, ana, batch.batch_id, note="", clock=world.tick) == taken
    assert world.problems() == []


def test_classes_of_thousands_of_items_take_two_queries(world: World, ana: Account, items: list[int]) -> None:
    more_items(world, items[0], 2000)
    with world.database.unit_of_work() as session:
        pair = dict(session.execute(select(*PAIR.columns).where(PAIR.c.item_id == items[0])).mappings().one())
        del pair["id"]
        session.execute(insert(PAIR), [pair | {"item_id": items[0] + 1000 + one} for one in range(2000)])
    with counted_queries(world.database) as statements:
        (only,) = _classes(world, ana)
    assert only.count == PAIRS + 2000
    assert len(statements) <= 3  # with the one that begins
    assert len(_sample(world, ana, only.likeness).items) == 20
