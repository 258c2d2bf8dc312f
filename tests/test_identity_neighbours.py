"""Moving from item to item: within the list that a person came from, without losing the place."""

from itertools import pairwise

import pytest
from sqlalchemy import insert, select, update

from linkage.errors import UnknownIdError
from linkage.identity import worklist
from linkage.identity.neighbours import Neighbours
from linkage.identity.views import Account, Status, Verdict
from linkage.identity.work_lists import Sort, Wanted, WorkList
from linkage.store.models import ItemConcern, ItemMember, ItemPlace, WorklistItem
from tests.identity_helpers import Pair, World, child, counted_queries

pytest_plugins = ["tests.identity_fixtures"]


@pytest.fixture
def items(world: World, pair: Pair) -> list[int]:
    """Six items of Texas, the first one also of Washington, of different probabilities and ages; two are alike in both."""
    world.upload("TX", *(child(f"T{number}") for number in range(2, 7)))
    others = [world.record("TX", f"T{number}") for number in range(2, 7)]
    opened = list(world.scan([pair.texas, pair.washington], *([pair.texas, one] for one in others[:3])).changes.opened)
    groups = [[pair.texas, one] for one in (pair.washington, *others)]
    opened += world.scan(*groups).changes.opened
    with world.database.unit_of_work() as session:
        for item_id, probability in zip(opened, (0.5, 0.9, 0.9, 0.3, 0.7, 0.8), strict=True):
            session.execute(update(WorklistItem).where(WorklistItem.id == item_id).values(probability=probability))
        session.execute(update(WorklistItem).where(WorklistItem.id == opened[2]).values(resolve_due=None))
    return opened


def _beside(world: World, who: Account, item_id: int, wanted: Wanted, *, decided: bool = False) -> Neighbours:
    with world.database.unit_of_work(read_only=True) as session:
        return worklist.neighbours(session, who, wanted, item_id, now=world.now, decided=decided)


def _listed(world: World, who: Account, wanted: Wanted) -> list[int]:
    with world.database.unit_of_work(read_only=True) as session:
        return [one.item_id for one in worklist.page(session, who, wanted, now=world.now)[0]]


@pytest.mark.parametrize("sort", list(Sort))
def test_one_walks_through_a_list_exactly_as_it_is_shown(
    world: World, pair: Pair, items: list[int], sort: Sort
) -> None:
    world.decide(pair.ana, items[5], Verdict.SAME)  # waits for somebody else
    wanted = Wanted(sort=sort)
    shown = _listed(world, pair.ana, wanted)
    assert sorted(shown) == sorted(items)
    for number, (before, here, after) in enumerate(
        zip([None, *shown], shown, [*shown[1:], None], strict=False), start=1
    ):
        assert _beside(world, pair.ana, here, wanted) == Neighbours(before, after, number, len(shown))


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("verdict", [Verdict.SAME, Verdict.DIFFERENT])
def test_the_place_is_kept_when_the_item_has_just_been_decided(
    world: World, pair: Pair, items: list[int], sort: Sort, verdict: Verdict
) -> None:
    wanted = Wanted(sort=sort)
    shown = _listed(world, pair.ana, wanted)
    world.decide(pair.ana, shown[2], verdict)
    left = _beside(world, pair.ana, shown[2], wanted, decided=True)
    assert (left.previous, left.next, left.position) == (shown[1], shown[3], None)
    if verdict is Verdict.DIFFERENT:  # the item is not on the list, and nobody needs to say so
        assert _beside(world, pair.ana, shown[2], wanted) == left
        assert left.total == len(shown) - 1


def test_filters_and_lists_hold_while_one_moves(world: World, pair: Pair, items: list[int]) -> None:
    assert _beside(world, pair.ana, items[0], Wanted(state="WA")) == Neighbours(None, None, 1, 1)
    assert _beside(world, pair.ana, items[1], Wanted(state="WA")).position is None
    assert _beside(world, pair.ana, items[1], Wanted(WorkList.CLAIMED)) == Neighbours(None, None, None, 0)
    for item_id in (items[3], items[1]):
        world.decide(pair.ana, item_id, Verdict.DIFFERENT)
    done = Wanted(status=Status.APPLIED, sort=Sort.PROBABILITY)
    assert _beside(world, pair.ana, items[1], done) == Neighbours(None, items[3], None, 2)


def test_next_and_previous_lead_through_what_can_be_decided_and_round_again(
    world: World, pair: Pair, items: list[int]
) -> None:
    wanted = Wanted(sort=Sort.OLDEST)
    world.decide(pair.ana, items[1], Verdict.SAME)
    can = [one for one in items if one != items[1]]
    with world.database.unit_of_work(read_only=True) as session:
        for before, after in pairwise([*can, can[0]]):
            assert worklist.next_item(session, pair.ana, before, now=world.now, wanted=wanted) == after
            assert worklist.previous_item(session, pair.ana, after, now=world.now, wanted=wanted) == before
        assert worklist.next_item(session, pair.ana, items[1], now=world.now, wanted=wanted) == items[2]
        assert worklist.previous_item(session, pair.ana, None, now=world.now, wanted=wanted) == items[-1]
        only = Wanted(state="WA")
        assert worklist.next_item(session, pair.ana, items[0], now=world.now, wanted=only) is None


def test_one_walks_through_what_is_finished_without_counting_what_stands_before(
    world: World, pair: Pair, items: list[int]
) -> None:
    for item_id in items[:3]:
        world.decide(pair.ana, item_id, Verdict.DIFFERENT)
    for wanted in (Wanted(WorkList.FINISHED), Wanted(WorkList.FINISHED, least=0.1), Wanted(status=Status.APPLIED)):
        shown = _listed(world, pair.ana, wanted)
        assert shown == [items[2], items[1], items[0]]
        for before, here, after in zip([None, *shown], shown, [*shown[1:], None], strict=False):
            assert _beside(world, pair.ana, here, wanted) == Neighbours(before, after, None, 3)


def test_an_item_of_other_people_has_no_neighbours(world: World, pair: Pair, items: list[int]) -> None:
    with pytest.raises(UnknownIdError):
        _beside(world, pair.wanda, items[1], Wanted())


def test_a_worklist_of_thousands_takes_no_more_queries(world: World, pair: Pair, items: list[int]) -> None:
    counts = []
    for number in (0, 3000):
        more_items(world, items[1], number)
        for sort in Sort:
            with counted_queries(world.database) as statements:
                _beside(world, pair.ana, items[2], Wanted(sort=sort))
            counts.append(len(statements))
    assert set(counts) == {counts[0]}
    assert counts[0] <= 5


def more_items(world: World, like: int, number: int) -> None:
    """So many further items like one, straight into the tables."""
    copied = ((WorklistItem, WorklistItem.id), (ItemConcern, ItemConcern.item_id), (ItemPlace, ItemPlace.item_id))
    with world.database.unit_of_work() as session:
        for table, column in (*copied, (ItemMember, ItemMember.item_id)):
            rows = session.execute(select(*table.__table__.columns).where(column == like)).mappings().all()
            new = [
                dict(row) | {column.key: like + 1000 + one} | _own(table, one) for row in rows for one in range(number)
            ]
            if new:
                session.execute(insert(table), new)


def _own(table: type, number: int) -> dict[str, object]:
    return {"key": f"more {number}", "probability": (number % 97) / 97} if table is WorklistItem else {}
