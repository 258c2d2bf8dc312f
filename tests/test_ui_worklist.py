"""The worklist on the screen: lists, filters, views of one's own, the search for an item, and what it says when it is empty."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linkage.identity.views import ItemSummary, Status
from review_ui.present.worklist import deadlines
from tests.identity_helpers import counted_queries
from tests.ui_helpers import Visitor, World

CHICAGO = ZoneInfo("America/Chicago")
NOON = datetime(2026, 3, 5, 18, tzinfo=UTC)
DAY_ENDS = datetime(2026, 3, 6, 6, tzinfo=UTC)  # in Chicago


def _tabs(text: str) -> dict[str, int]:
    found = re.findall(r'href="/worklist\?list=(\w+)"[^>]*>[^<]*<span class="nm-count">(\d+)', text)
    return {name: int(number) for name, number in found}


def _items(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'id="item-(\d+)"', text)]


def test_every_list_is_counted_and_holds_what_it_counts(site: World) -> None:
    site.clock.advance(days=-1, hours=-1)  # before anything is due
    person = site.sign_in("tx.admin")
    person.decide(1, "same")
    person.decide(2, "need_information", "Asked the school.")
    person.decide(4, "different")
    tabs = _tabs(person.get("/worklist").text)
    expected = {
        "mine": 1,
        "jurisdiction": 3,
        "validation": 1,
        "information": 1,
        "overdue": 0,
        "claimed": 0,
        "finished": 1,
    }
    assert tabs == expected
    for name, number in tabs.items():
        assert len(_items(person.get(f"/worklist?list={name}").text)) == number


def test_one_begins_with_ones_own_items_and_is_told_of_the_others(site: World) -> None:
    person = site.sign_in("tx.admin")
    person.decide(1, "same")
    text = person.get("/worklist").text
    assert _items(text) == [2, 3, 4]
    assert "1 more item is open" in text
    for item in (2, 3, 4):
        person.decide(item, "different")
    assert _items(person.get("/worklist").text) == [1]
    assert "Nothing waits for you" in person.get("/worklist?list=mine").text


def test_filters_narrow_the_list_and_each_can_be_taken_away(site: World) -> None:
    person = site.sign_in("tx.admin")
    text = person.get("/worklist?list=jurisdiction&state=WA&guard=GUARD-DOB&band=90-100").text
    assert _items(text) == [1]
    assert "3 items of this list are left out." in text
    without = re.findall(r'class="nm-chip" href="([^"]+)"', text)
    assert len(without) == 3
    assert "guard=GUARD-DOB" in without[0]
    assert _items(person.get(without[1].replace("&amp;", "&")).text) == [1, 4]
    assert 'href="/worklist?list=jurisdiction">Clear all filters' in text


def test_the_filters_go_along_to_the_item(site: World) -> None:
    text = site.sign_in("tx.admin").get("/worklist?list=jurisdiction&guard=GUARD-MB").text
    assert 'href="/items/3?list=jurisdiction&amp;guard=GUARD-MB"' in text


def test_what_a_form_leaves_empty_stands_in_no_address(site: World) -> None:
    response = site.sign_in("tx.admin").get("/worklist?list=mine&kind=&state=WA&sort=due&district=")
    assert (response.status_code, response.location) == (303, "/worklist?list=mine&state=WA&sort=due")


def test_filters_that_match_nothing_say_how_to_go_on(site: World) -> None:
    text = site.sign_in("tx.admin").get("/worklist?list=jurisdiction&state=UT").text
    assert "Nothing on this list has all of that" in text
    assert "4 items of this list are left out." in text


@pytest.mark.parametrize("name", ["validation", "information", "overdue", "claimed", "finished"])
def test_every_empty_list_says_what_to_do(site: World, name: str) -> None:
    site.clock.advance(days=-1, hours=-1)  # before anything is due
    text = site.sign_in("tx.admin").get(f"/worklist?list={name}").text
    assert len(re.findall(r'class="nm-empty">\s*<h2>[^<]+</h2>\s*<p>', text)) == 1
    assert text.split('class="nm-empty"')[1].count('href="/worklist') >= 1


def test_a_view_is_kept_opened_and_removed(site: World) -> None:
    person = site.sign_in("tx.admin")
    person.get("/worklist")
    query = "list=overdue&guard=GUARD-MB&sort=due"
    assert person.send(f"/worklist/views?{query}", name="Late twins").location == f"/worklist?{query}"
    text = person.get("/worklist").text
    assert f'href="/worklist?{query.replace("&", "&amp;")}">Late twins' in text
    assert site.sign_in("wa.admin").get("/worklist").text.count("Late twins") == 0
    person.send("/worklist/views/1/remove?list=mine")
    assert "Late twins" not in person.get("/worklist").text
    assert person.send("/worklist/views/1/remove").status_code == 404


def test_a_view_without_a_name_is_refused_and_the_list_stays(site: World) -> None:
    person = site.sign_in("tx.admin")
    person.get("/worklist")
    refused = person.send("/worklist/views?list=jurisdiction&state=WA", name=" ")
    assert refused.status_code >= 400
    assert 'id="view-problem"' in refused.text
    assert _items(refused.text) == [1, 2, 4]


def _find(person: Visitor, typed: str) -> tuple[int, str]:
    person.get("/worklist")
    response = person.send("/worklist/find", search=typed)
    return response.status_code, response.location or response.text


@pytest.mark.parametrize("typed", ["3", " T101 ", "F300"])
def test_an_item_that_is_found_is_opened_whatever_was_typed(site: World, typed: str) -> None:
    assert _find(site.sign_in("tx.admin"), typed) == (303, "/items/3")


def test_a_search_looks_through_finished_items_and_finds_nothing_of_other_states(site: World) -> None:
    person = site.sign_in("tx.admin")
    person.decide(4, "different")
    assert _find(person, "W203") == (303, "/items/4")
    assert "No item found" in _find(site.sign_in("wa.admin"), "F300")[1]


def test_a_search_that_finds_several_lists_them_and_an_empty_one_asks(site: World) -> None:
    person = site.sign_in("tx.admin")
    assert _find(person, "  ")[0] == 400
    student = site.sign_in("tx.admin")
    status, text = _find(student, "T9")
    assert (status, "No item found" in text, 'value="T9"' in text) == (200, True, True)


def _item(**dates: datetime) -> ItemSummary:
    return ItemSummary(1, "near_match", Status.OPEN, 1, ("TX",), 2, 0.5, (), NOON, "", ("A", "B"), **dates)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "tone", "words"),
    [
        (DAY_ENDS - timedelta(days=3), "late", "Overdue by 3 days"),
        (DAY_ENDS - timedelta(days=1), "late", "Overdue by 1 day"),
        (NOON, "late", "Overdue since today"),
        (DAY_ENDS, "soon", "Due today"),
        (DAY_ENDS + timedelta(days=1), "soon", "1 day left"),
        (DAY_ENDS + timedelta(days=2), "soon", "2 days left"),
        (DAY_ENDS + timedelta(days=9, hours=-1), "calm", "9 days left"),
    ],
)
def test_a_deadline_is_said_in_days_of_the_readers_state(due: datetime, tone: str, words: str) -> None:
    (said,) = deadlines(_item(resolve_due=due), NOON, CHICAGO)
    assert (said.tone, said.sentence) == (tone, words)
    assert said.icon


def test_whatever_makes_an_item_overdue_is_said(site: World) -> None:
    late = NOON - timedelta(hours=1)
    said = deadlines(_item(answer_due=late, information_due=late, resolve_due=DAY_ENDS), NOON, CHICAGO)
    assert [one.tone for one in said] == ["late", "late", "soon"]
    site.clock.advance(days=30)
    text = site.sign_in("tx.admin").get("/worklist?list=overdue").text
    assert len(_items(text)) == 4
    assert text.count("nm-due--late") >= 4


def test_the_page_takes_as_many_queries_for_many_items_as_for_one(site: World) -> None:
    person, numbers = site.sign_in("tx.admin"), set()
    person.get("/worklist")  # some things are asked once in some minutes only
    for address in ("/worklist?list=jurisdiction", "/worklist?list=jurisdiction&guard=GUARD-MB"):
        with counted_queries(site.database) as statements:
            person.get(address)
        numbers.add(len(statements))
    assert len(numbers) == 1
    assert numbers.pop() <= 16


def test_what_the_filters_offer_may_be_five_minutes_old_and_no_older(site: World) -> None:
    person = site.sign_in("tx.admin")
    with counted_queries(site.database) as statements:
        person.get("/worklist")
        person.get("/worklist")
        site.clock.advance(seconds=301)
        person.get("/worklist")
    assert sum("account.display_name" in one and "DISTINCT" in one for one in statements) == 2


def test_the_answer_says_how_long_the_server_took(site: World) -> None:
    said = site.sign_in("tx.admin").get("/worklist").headers["Server-Timing"]
    assert re.fullmatch(r"app;dur=[\d.]+, cpu;dur=[\d.]+", said)
