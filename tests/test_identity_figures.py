"""Figures of a person's own work: today's pace, agreement with second persons, what was taken back later."""

from datetime import timedelta

import pytest

from linkage.errors import NotAllowedError
from linkage.identity.figures import Lately, Today, lately, today
from linkage.identity.views import Account, Verdict
from linkage.store.models import Batch, BatchItem
from tests.identity_helpers import Pair, World, child, counted_queries

pytest_plugins = ["tests.identity_fixtures"]


@pytest.fixture
def items(world: World, pair: Pair) -> list[int]:
    world.upload("TX", *(child(f"T{number}") for number in range(2, 8)))
    others = [world.record("TX", f"T{number}") for number in range(2, 8)]
    return list(world.scan(*([pair.texas, one] for one in (pair.washington, *others))).changes.opened)


def _today(world: World, who: Account) -> Today:
    with world.database.unit_of_work(read_only=True) as session:
        return today(session, who, now=world.now)


def _lately(world: World, who: Account) -> Lately:
    with world.database.unit_of_work(read_only=True) as session:
        return lately(session, who, now=world.now)


def test_who_has_decided_nothing_has_no_figures(world: World, pair: Pair) -> None:
    assert _today(world, pair.ana) == Today(0, None)
    assert _lately(world, pair.ana) == Lately(0, 0, 0, 0)
    for ask in (_today, _lately):
        with pytest.raises(NotAllowedError):
            ask(world, world.person(f"pat.{ask.__name__}", "TX", "primary_user"))


def test_the_pace_is_the_median_and_a_pause_is_no_work(world: World, pair: Pair, items: list[int]) -> None:
    for item_id, minutes in zip(items, (0, 0, 2, 59, 0), strict=False):  # and one minute for each decision
        world.now += timedelta(minutes=minutes)
        world.decide(pair.ana, item_id, Verdict.DIFFERENT)
    world.decide(pair.ana, items[5], Verdict.CLAIM)
    assert _today(world, pair.ana) == Today(5, 60)
    assert _today(world, pair.ben).decisions == 0


def test_the_day_is_that_of_the_persons_state(world: World, pair: Pair, items: list[int]) -> None:
    world.decide(pair.ana, items[0], Verdict.DIFFERENT)
    world.now = world.now.replace(hour=23, minute=30)  # in Texas the day has still hours to go
    world.decide(pair.ana, items[1], Verdict.DIFFERENT)
    world.now += timedelta(hours=2)
    assert _today(world, pair.ana).decisions == 2
    world.now += timedelta(hours=6)
    assert _today(world, pair.ana).decisions == 0


def test_agreement_counts_the_proposals_that_were_answered(world: World, pair: Pair, items: list[int]) -> None:
    for item_id in items[1:5]:
        world.decide(pair.ana, item_id, Verdict.SAME)
    for item_id, said in ((items[1], Verdict.VALIDATE), (items[2], Verdict.VALIDATE), (items[3], Verdict.REJECT)):
        world.decide(pair.ben, item_id, said)
    found = _lately(world, pair.ana)
    assert (found.agreed, found.answered) == (2, 3)
    assert _lately(world, pair.ben).answered == 0


def test_what_was_taken_back_later_counts_as_overturned(world: World, pair: Pair, items: list[int]) -> None:
    made = [world.decide(pair.ana, item_id, Verdict.DIFFERENT).decision_id for item_id in items[:4]]
    world.undo(pair.ben, made[0])
    found = _lately(world, pair.ana)
    assert (found.undone, found.applied) == (1, 4)
    world.now += timedelta(days=91)
    assert _lately(world, pair.ana) == Lately(0, 0, 0, 0)


def test_a_batch_counts_as_decided_and_not_for_the_pace(world: World, pair: Pair, items: list[int]) -> None:
    for item_id in items[:3]:
        made = world.decide(pair.ana, item_id, Verdict.DIFFERENT)
        world.now += timedelta(minutes=9)
    with world.database.unit_of_work() as session:
        batch = Batch(
            account_id=pair.ana.id, at=world.now, verdict="different", likeness={}, sample=[], idempotency_key="b"
        )
        session.add(batch)
        session.flush()
        session.add(BatchItem(batch_id=batch.id, item_id=items[2], decision_id=made.decision_id))
    assert _today(world, pair.ana) == Today(3, 600)
    with counted_queries(world.database) as statements, world.database.unit_of_work(read_only=True) as session:
        today(session, pair.ana, now=world.now)
        lately(session, pair.ana, now=world.now)
    assert len(statements) <= 4
