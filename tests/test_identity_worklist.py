"""The worklist: whose items, in which order, what the page knows, in how many queries."""

import pytest

from linkage.errors import NotAllowedError
from linkage.identity import worklist
from linkage.identity.states import Situation, allowed
from linkage.identity.views import Account, ItemSummary, Status, Verdict
from linkage.identity.work_lists import Wanted
from tests.identity_helpers import Pair, World, child, counted_queries

pytest_plugins = ["tests.identity_fixtures"]


def _page(world: World, who: Account, status: Status | None = None, offset: int = 0) -> tuple[list[ItemSummary], int]:
    with world.database.unit_of_work(read_only=True) as session:
        return worklist.page(session, who, Wanted(status=status), offset=offset, limit=2, now=world.now)


def _next(world: World, who: Account, after: int | None) -> int | None:
    with world.database.unit_of_work(read_only=True) as session:
        return worklist.next_item(session, who, after, now=world.now)


def _four_items(world: World, pair: Pair) -> list[int]:
    world.upload("TX", *(child(f"T{number}") for number in range(2, 5)))
    others = [world.record("TX", f"T{number}") for number in range(2, 5)]
    pairs = [[pair.texas, pair.washington], *([pair.texas, other] for other in others)]
    return list(world.scan(*pairs).changes.opened)


def test_people_see_the_items_of_their_state_and_no_others(world: World, pair: Pair) -> None:
    items = _four_items(world, pair)
    assert _page(world, pair.ana)[1] == 4
    assert [one.item_id for one in _page(world, pair.wanda)[0]] == items[:1]
    for who in (world.person("flo", "FL"), world.person("nobody", "")):
        assert _page(world, who) == ([], 0)
    with world.database.unit_of_work(read_only=True) as session:
        assert worklist.counts(session, pair.wanda)[Status.OPEN] == 1
        assert worklist.counts(session, pair.ana) == dict.fromkeys(Status, 0) | {Status.OPEN: 4}


def test_roles_without_a_worklist_get_none(world: World, pair: Pair) -> None:
    _four_items(world, pair)
    with pytest.raises(NotAllowedError):
        _page(world, world.person("pat", "TX", "primary_user"))


def test_what_one_can_decide_comes_before_what_waits_for_others(world: World, pair: Pair) -> None:
    items = _four_items(world, pair)
    world.decide(pair.ana, items[0], Verdict.SAME)
    world.decide(pair.ana, items[1], Verdict.SAME)
    ana = [one.item_id for one in _page(world, pair.ana)[0] + _page(world, pair.ana, offset=2)[0]]
    assert ana == [items[2], items[3], items[0], items[1]]
    ben = [one.item_id for one in _page(world, pair.ben)[0] + _page(world, pair.ben, offset=2)[0]]
    assert ben == [items[1], items[2], items[3], items[0]]


def test_a_status_can_be_chosen(world: World, pair: Pair) -> None:
    items = _four_items(world, pair)
    world.decide(pair.ana, items[0], Verdict.DIFFERENT)
    world.decide(pair.ana, items[1], Verdict.NEED_INFORMATION, note="Asked.")
    assert [one.item_id for one in _page(world, pair.ana, Status.APPLIED)[0]] == items[:1]
    assert [one.waiting_for for one in _page(world, pair.ana, Status.WAITING_INFORMATION)[0]] == ["more information"]
    assert _page(world, pair.ana)[1] == 3


def test_next_leads_through_all_that_can_be_decided_and_round_again(world: World, pair: Pair) -> None:
    items = _four_items(world, pair)
    world.decide(pair.ana, items[1], Verdict.SAME)
    assert _next(world, pair.ana, None) == items[0]
    assert _next(world, pair.ana, items[0]) == items[2]
    assert _next(world, pair.ana, items[1]) == items[2]
    assert _next(world, pair.ana, items[3]) == items[0]
    assert _next(world, pair.wanda, items[0]) is None


def test_the_page_of_an_item_has_everything_a_reviewer_needs(world: World, pair: Pair) -> None:
    (item_id,) = world.scan([pair.texas, pair.washington], guards=["GUARD-MB"]).changes.opened
    view = world.item(pair.ana, item_id)
    texas, washington = view.records
    assert (texas.state, washington.state) == view.summary.states == ("TX", "WA")
    assert texas.values["last_name_1"] == "Quetzal"
    assert texas.raw["first_name"] == "Ximena"
    assert texas.moves[0].to_place == "Pasco, WA"
    assert texas.enrollments[0].school == "Lakeside"
    assert view.summary.names == ("Ximena Quetzal Ocampo", "XIMENA Quetzal")
    assert view.summary.guards == view.pairs[0].guards == ("GUARD-MB",)
    assert sum(line.weight for line in view.pairs[0].lines) == pytest.approx(view.pairs[0].weight)
    assert view.master == texas.student_id
    assert view.allowed == allowed(Situation(Status.OPEN), pair.ana)
    assert (view.refusal, view.decisions, view.changed_since, view.returned) == ("", (), (), "")


def test_the_page_says_what_changed_since_and_why_nothing_can_be_done(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME, note="Same mother.")
    world.upload("WA", child("W1", first_name="Jimena"))
    world.scan([pair.texas, pair.washington])
    view = world.item(pair.ben, item_id)
    assert view.changed_since == (str(pair.washington),)
    assert view.allowed == {Verdict.ESCALATE, Verdict.REASSIGN}
    assert "other State" in view.refusal
    assert [(one.actor, one.note) for one in view.decisions] == [("Ana of TX", "Same mother.")]


def test_a_page_takes_the_same_number_of_queries_however_long_it_is(world: World, pair: Pair) -> None:
    items = _four_items(world, pair)
    counts = []
    for limit in (1, 4):
        with counted_queries(world.database) as statements, world.database.unit_of_work(read_only=True) as session:
            worklist.page(session, pair.ana, Wanted(), offset=0, limit=limit, now=world.now)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 7
    with counted_queries(world.database) as statements:
        world.item(pair.ana, items[0])
    assert len(statements) <= 18
