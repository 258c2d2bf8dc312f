"""The lists of the worklist, their filters, orders and counts; the same number of queries however long the list."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from linkage.identity import worklist
from linkage.identity.views import Account, ItemSummary, Kind, Status, Verdict
from linkage.identity.work_lists import ON_DESK, Sort, Wanted, WorkList
from linkage.store.models import ItemPlace
from tests.identity_helpers import Pair, World, child, counted_queries

pytest_plugins = ["tests.identity_fixtures"]

PLACES = ("Weslaco ISD", "Weslaco ISD", "Donna ISD", "Donna ISD")


def _ids(world: World, who: Account, **wanted: object) -> list[int]:
    return [one.item_id for one in _rows(world, who, **wanted)]


def _rows(world: World, who: Account, **wanted: object) -> list[ItemSummary]:
    with world.database.unit_of_work(read_only=True) as session:
        rows, total = worklist.page(session, who, Wanted(**wanted), now=world.now)  # type: ignore[arg-type]
        assert total == len(rows)
        return rows


def _counts(world: World, who: Account) -> dict[str, int]:
    with world.database.unit_of_work(read_only=True) as session:
        found = worklist.list_counts(session, who, now=world.now)
    return {str(one): number for one, number in found.items() if number}


@pytest.fixture
def items(world: World, pair: Pair) -> list[int]:
    """One item with Washington, one in each of two districts with an administrator."""
    for name, place in (("dora", "Weslaco ISD"), ("dan", "Donna ISD")):
        world.person(name, "TX", "district_data_administrator", district=place)
    rows = [child(f"D{number}", school_district=place) for number, place in enumerate(PLACES)]
    world.upload("TX", *rows)
    records = [world.record("TX", row["state_student_id"]) for row in rows]
    groups = [[pair.texas, pair.washington], records[:2], records[2:]]
    return list(world.scan(*groups, guards=["GUARD-MB"]).changes.opened)


def test_everybody_has_what_stands_with_him_and_sees_his_jurisdiction(
    world: World, pair: Pair, items: list[int]
) -> None:
    dora, dan = world.people["dora"], world.people["dan"]
    assert _ids(world, pair.ana, list=WorkList.MINE) == items[:1]
    assert _ids(world, dora, list=WorkList.MINE) == _ids(world, dora) == [items[1]]
    assert _ids(world, dan, list=WorkList.MINE) == [items[2]]
    assert _ids(world, pair.ana) == items
    assert _ids(world, pair.wanda) == items[:1]
    assert _counts(world, pair.ana) == {"mine": 1, "jurisdiction": 3}


def test_what_was_handed_to_me_is_mine_alone(world: World, pair: Pair, items: list[int]) -> None:
    dan = world.people["dan"]
    world.decide(pair.ana, items[1], Verdict.REASSIGN, whom="dan")
    assert _ids(world, dan, list=WorkList.MINE) == items[1:]
    assert _ids(world, world.people["dora"], list=WorkList.MINE) == []
    assert _ids(world, pair.ana, assignee="dan") == [items[1]]


def test_each_item_stands_on_the_list_of_what_it_waits_for(world: World, pair: Pair, items: list[int]) -> None:
    dora, dan = world.people["dora"], world.people["dan"]
    world.decide(pair.ana, items[0], Verdict.SAME, reason="parent")
    world.decide(dora, items[1], Verdict.NEED_INFORMATION, note="Asked.", whom="school")
    world.decide(dan, items[2], Verdict.CLAIM)
    expected = {"jurisdiction": 3, "validation": 1, "information": 1}
    assert _counts(world, pair.ana) == expected
    assert _counts(world, pair.wanda) == {"mine": 1, "jurisdiction": 1, "validation": 1}
    assert _counts(world, dan) == {"mine": 1, "jurisdiction": 1, "claimed": 1}
    world.now += timedelta(days=40)
    assert _counts(world, pair.ana) == expected | {"overdue": 3}
    assert _counts(world, dan) == {"mine": 1, "jurisdiction": 1, "overdue": 1}
    for one in ON_DESK:
        assert len(_ids(world, pair.ana, list=one)) == _counts(world, pair.ana).get(str(one), 0)


def test_what_was_passed_up_is_no_longer_mine(world: World, pair: Pair, items: list[int]) -> None:
    dora = world.people["dora"]
    world.decide(dora, items[1], Verdict.ESCALATE)
    assert _ids(world, dora, list=WorkList.MINE) == []
    assert set(_ids(world, pair.ana, list=WorkList.MINE)) == set(items[:2])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": Kind.NEAR_MATCH}, [0, 1, 2]),
        ({"kind": Kind.BIRTH_DATE}, []),
        ({"state": "WA"}, [0]),
        ({"state": "TX", "district": "Donna ISD"}, [2]),
        ({"district": "Alamo ISD"}, []),
        ({"older_than": timedelta(days=1)}, []),
        ({"older_than": timedelta(0)}, [0, 1, 2]),
        ({"least": 0.9}, [0, 1, 2]),
        ({"least": 0.5, "below": 0.9}, []),
        ({"list": WorkList.ANY}, [0, 1, 2]),
        ({"list": WorkList.FINISHED}, []),
        ({"guard": "GUARD-MB"}, [0, 1, 2]),
        ({"guard": "GUARD"}, []),
        ({"guard": "%"}, []),
        ({"in_child_count": True}, [0, 1, 2]),
        ({"in_child_count": False}, []),
        ({"assignee": "dora"}, []),
        ({"search": "W1"}, [0]),
        ({"search": "D3"}, [2]),
        ({"search": "nothing"}, []),
        ({"search": "9" * 40}, []),
        ({"status": Status.APPLIED}, []),
    ],
)
def test_filters_narrow_the_list(
    world: World, pair: Pair, items: list[int], wanted: dict[str, object], found: list[int]
) -> None:
    assert _ids(world, pair.ana, **wanted) == [items[one] for one in found]


def test_an_item_is_found_by_its_number_and_by_a_student_id_also_a_retired_one(
    world: World, pair: Pair, items: list[int]
) -> None:
    assert _ids(world, pair.ana, search=f" {items[1]} ") == [items[1]]
    texan, washingtonian = (world.students()[one] for one in (pair.texas, pair.washington))
    assert _ids(world, pair.ana, search=texan) == items[:1]
    world.decide(pair.ana, items[0], Verdict.SAME, reason="parent")
    world.decide(pair.wanda, items[0], Verdict.VALIDATE)
    for student in (texan, washingtonian):
        assert _ids(world, pair.ana, search=student, status=Status.APPLIED) == items[:1]
        assert _ids(world, pair.ana, search=student, list=WorkList.FINISHED) == items[:1]
        assert _ids(world, pair.ana, search=student, list=WorkList.ANY) == items[:1]
        assert _ids(world, world.people["dora"], search=student, status=Status.APPLIED) == []


def test_the_child_count_is_seen_where_it_is_looked_for(world: World, pair: Pair) -> None:
    world.upload("TX", *(child(name, birth_date="1999-01-01") for name in ("O1", "O2")))
    item_id = world.open_item(world.record("TX", "O1"), world.record("TX", "O2"))
    assert _ids(world, pair.ana, in_child_count=False) == [item_id]
    assert not world.item(pair.ana, item_id).summary.in_child_count


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_shows_everything_once(world: World, pair: Pair, items: list[int], sort: Sort) -> None:
    assert sorted(_ids(world, pair.ana, sort=sort)) == items


def test_orders_by_age(world: World, pair: Pair, items: list[int]) -> None:
    world.upload("TX", child("N1"))
    late = world.scan(
        [pair.texas, pair.washington],
        *([world.record("TX", f"D{one}"), world.record("TX", f"D{one + 1}")] for one in (0, 2)),
        [pair.texas, world.record("TX", "N1")],
    ).changes.opened
    assert _ids(world, pair.ana, sort=Sort.NEWEST)[0] == late[0]
    assert _ids(world, pair.ana, sort=Sort.OLDEST)[-1] == late[0]


def test_of_what_is_finished_the_latest_stands_first(world: World, pair: Pair, items: list[int]) -> None:
    for item_id in (items[1], items[2], items[0]):
        world.decide(pair.ana, item_id, Verdict.DIFFERENT)
    assert _ids(world, pair.ana, list=WorkList.FINISHED) == [items[0], items[2], items[1]]
    assert _ids(world, pair.ana, status=Status.APPLIED, sort=Sort.OLDEST) == items


def test_a_place_follows_the_status_of_its_item_and_can_have_no_other(
    world: World, pair: Pair, items: list[int]
) -> None:
    world.decide(pair.ana, items[0], Verdict.SAME, reason="parent")
    with world.database.unit_of_work(read_only=True) as session:
        assert set(session.execute(select(ItemPlace.item_id, ItemPlace.state, ItemPlace.status))) == {
            (items[0], "TX", "waiting_validation"),
            (items[0], "WA", "waiting_validation"),
            (items[1], "TX", "open"),
            (items[2], "TX", "open"),
        }
    with pytest.raises(IntegrityError), world.database.unit_of_work() as session:
        session.execute(update(ItemPlace).where(ItemPlace.item_id == items[1]).values(status="applied"))


def test_a_page_beyond_the_end_still_says_how_many_there_are(world: World, pair: Pair, items: list[int]) -> None:
    with world.database.unit_of_work(read_only=True) as session:
        assert worklist.page(session, pair.ana, Wanted(), offset=50, now=world.now) == ([], len(items))


def test_a_longer_list_takes_no_more_queries(world: World, pair: Pair, items: list[int]) -> None:
    numbers: dict[WorkList, set[int]] = {one: set() for one in WorkList}
    for who, limit in ((pair.ana, 1), (pair.ana, 50), (world.people["dora"], 50)):
        for one in WorkList:
            with counted_queries(world.database) as statements, world.database.unit_of_work(read_only=True) as session:
                rows, _ = worklist.page(session, who, Wanted(one), limit=limit, now=world.now)
            numbers[one] |= {len(statements)} if rows else set()
        with counted_queries(world.database) as statements, world.database.unit_of_work(read_only=True) as session:
            worklist.list_counts(session, who, now=world.now)
        assert len(statements) <= 2
    (of_any,) = numbers.pop(WorkList.ANY)  # counts itself
    (of_each,) = set.union(*numbers.values())
    assert of_any <= of_each <= 7


def test_nobody_lists_what_is_not_in_his_scope_whatever_the_filter(world: World, pair: Pair, items: list[int]) -> None:
    stranger = replace(world.people["dora"], district="Alamo ISD", id=999)
    for one in WorkList:
        assert _ids(world, stranger, list=one) == []
    assert _ids(world, stranger, search=str(items[0])) == _ids(world, stranger, state="WA") == []
    assert _counts(world, stranger) == {}
