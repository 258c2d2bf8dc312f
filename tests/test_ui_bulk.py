"""Alike items decided together on the screen: classes, the sample, the effect, the batch, and one undo."""

import re
from pathlib import Path
from random import Random

import pytest

from linkage.identity.ids import IdFactory
from linkage.jobs.ingest_upload import ingest_file
from linkage.jobs.scan import run_scan
from linkage.pipeline import Found
from linkage.records import RecordTable
from rules.rulebook import load_rulebook
from tests import ui_helpers
from tests.ui_helpers import Visitor, World

PAIRS = 8


@pytest.fixture
def texas(site: World, tmp_path: Path) -> Visitor:
    """A Texan administrator with eight near matches that are alike, besides those of the world."""
    records = {
        f"A{number:02}": ("Ana", "", "Quiroz", "", "F", "2014-02-11", "Reynosa", "Rosa") for number in range(2 * PAIRS)
    }
    path = tmp_path / "alike.csv"
    path.write_text(ui_helpers.upload_of(records), encoding="utf-8")
    ingest_file(site.database, path, "TX", now=site.clock(), today=site.clock().date(), ids=IdFactory(Random(2)))
    run_scan(site.database, load_rulebook(), now=site.clock(), find=_find)
    return site.sign_in("tx.admin")


def _find(table: RecordTable, *_: object, **__: object) -> Found:
    """What the world finds, and each of the new records with the next."""
    before = ui_helpers.find(table)
    ids = dict(zip(table.columns["state_student_id"], table.ids, strict=True))
    pairs = [(ids[f"A{number:02}"], ids[f"A{number + 1:02}"]) for number in range(0, 2 * PAIRS, 2)]
    alike = tuple(ui_helpers.proposal(pair, 0.7, ()) for pair in pairs)
    return Found(len(table), 20, len(before.proposals) + PAIRS, before.proposals + alike, ())


def _class(person: Visitor, answer: str = "different") -> str:
    found = re.search(r'href="(/bulk/[0-9a-f]{16})"', person.get("/bulk").text)
    assert found
    return f"{found[1]}?answer={answer}"


def _sample(person: Visitor, place: str) -> list[int]:
    listed = re.search(r'class="nm-sample">(.*?)</ul>', person.get(place).text, re.DOTALL)
    assert listed
    return [int(one) for one in re.findall(r'href="/items/(\d+)', listed[1])]


def _decide_all(person: Visitor, place: str) -> str:
    """After the sample, the rest; returns the address of the batch."""
    for item in _sample(person, place):
        assert person.decide(item, "different").status_code == 303
    person.get(place)
    response = person.send(
        place.split("?", maxsplit=1)[0], verdict="different", key=person.field("key"), note="Twenty siblings."
    )
    assert response.status_code == 303
    return str(response.location)


def test_the_worklist_leads_to_a_class_that_says_what_its_items_have_in_common(texas: Visitor) -> None:
    assert 'href="/bulk"' in texas.get("/worklist").text
    text = texas.get("/bulk").text
    assert "8 items" in text
    assert "One is a nickname of the other." in text
    assert "Quiroz" not in text


def test_where_nothing_is_alike_the_worklist_shows_no_way_and_the_page_says_so(site: World) -> None:
    person = site.sign_in("tx.admin")
    assert 'href="/bulk"' not in person.get("/worklist").text
    assert "No items are alike enough" in person.get("/bulk").text


def test_the_rest_is_decided_after_the_sample_and_taken_back_at_once(texas: Visitor) -> None:
    place = _class(texas)
    assert "Look at 5 more of the sample of 5" in texas.get(place).text
    assert 'name="verdict"' not in texas.text
    batch = _decide_all(texas, place)
    assert "3 of 3 items are decided." in texas.get(batch).text
    assert 'href="/bulk/batches/1"' in texas.get("/bulk").text
    texas.get(batch)
    text = texas.send(f"{batch}/undo", note="Wrong class.").text
    assert "3 decisions were taken back" in text
    assert "This batch was taken back" in texas.get(batch).text


def test_the_same_form_sent_twice_is_one_batch(texas: Visitor) -> None:
    place = _class(texas)
    for item in _sample(texas, place):
        texas.decide(item, "different")
    texas.get(place)
    form = {"verdict": "different", "key": texas.field("key"), "note": ""}
    assert texas.send(place.split("?")[0], **form).location == "/bulk/batches/1"
    assert texas.send(place.split("?")[0], **form).status_code == 303
    assert texas.get("/bulk/batches/2").status_code == 404


def test_a_sample_that_was_answered_otherwise_stops_the_class(texas: Visitor) -> None:
    place = _class(texas)
    first, *_ = _sample(texas, place)
    texas.decide(first, "twins")
    assert f"(item {first})" in texas.get(place).text
    refused = texas.send(place.split("?")[0], verdict="different", key="k" * 20, note="kept text")
    assert refused.status_code == 400
    assert "Not decided" in refused.text


def test_what_is_left_of_a_batch_goes_on(texas: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review_ui.views.bulk.AT_A_TIME", 2)
    batch = _decide_all(texas, _class(texas))
    assert "Go on: 1 item is left" in texas.get(batch).text
    assert texas.send(batch).location == batch
    assert "3 of 3 items are decided." in texas.get(batch).text


def test_a_batch_and_a_class_of_somebody_else_look_like_none(site: World, texas: Visitor) -> None:
    batch, other = _decide_all(texas, _class(texas)), site.sign_in("wa.admin")
    assert other.get(batch).status_code == 404
    assert other.get("/bulk/" + "0" * 16).status_code == 404


@pytest.mark.parametrize(("address", "status"), [("?answer=validate", 400), ("?answer=", 200), ("?answer=twins", 200)])
def test_only_the_answers_that_go_for_many_are_previewed(texas: Visitor, address: str, status: int) -> None:
    assert texas.get(_class(texas).split("?")[0] + address).status_code == status
