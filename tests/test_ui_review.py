"""The worklist, the review page, deciding, validating, undoing, the student and the search, as people use them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from linkage.jobs.scan import run_scan
from linkage.pipeline import Found
from linkage.records import PairEvidence, Proposal
from linkage.store.models import ItemMember
from rules.rulebook import load_rulebook
from tests.identity_helpers import counted_queries
from tests.ui_helpers import LINES, NEAR_MATCHES, fill, open_world


def student_ids(text: str) -> list[str]:
    return [found.replace(" ", "") for found in re.findall(r"\b\d{4} \d{4} \d{4}\b", text)]


def test_the_worklist_shows_each_item_with_its_states_chance_guards_and_age(site):
    text = site.sign_in("tx.admin").get("/worklist").text
    assert text.count('href="/items/') == len(NEAR_MATCHES) + 1  # and "Start with the first"
    for said in ("about 93 in 100", "Possible twins", "2 days", 'title="Washington">WA', "Lupita Lopez"):
        assert said in text


def test_a_page_beyond_the_last_leads_back_to_the_first(site):
    assert "Go to its first page." in site.sign_in("tx.admin").get("/worklist?page=9").text


def test_the_review_page_marks_and_names_what_differs(site):
    text = site.sign_in("tx.admin").get("/items/1").text
    assert "2012-<mark>08-03</mark>" in text
    assert "Day and month swapped" in text
    assert "Missing on one side" in text
    assert "1 field agrees" in text


def test_the_review_page_explains_for_and_against(site):
    text = site.sign_in("tx.admin").get("/items/1").text
    for said in (
        "What speaks for one child",
        "What speaks against it",
        "about 93 in 100",
        "+6.0",
        "−2.5",
        "Starting point",
    ):
        assert said in text
    assert "Birth dates differ" in text


def test_a_group_shows_an_explanation_for_each_pair(site):
    text = site.sign_in("tx.admin").get("/items/2").text
    assert [f"Record {a} and Record {b}" in text for a, b in ((1, 2), (1, 3), (2, 3))] == [True] * 3
    assert text.count('name="member-') == 3


def test_same_child_waits_for_somebody_of_the_other_state(site):
    texas = site.sign_in("tx.admin")
    response = texas.decide(1, "same", note="Mother confirmed")
    text = texas.get(response.location).text
    assert 'role="status"' in text
    assert "The merge waits for a Washington administrator to validate it" in text
    assert "Near match 2" in text
    item = texas.get("/items/1").text
    assert 'value="withdraw"' in item
    assert 'value="validate"' not in item


def test_nobody_of_the_proposers_state_validates_across_states(site):
    site.sign_in("tx.admin").decide(1, "same")
    second = site.sign_in("tx.second")
    assert "must validate it" in second.get("/items/1").text
    response = second.send_decision(1, "validate", version="2", key="k" * 20)
    assert response.status_code == 403
    assert "must validate it" in response.text


def merged(site) -> str:
    """Merge near match 1; the surviving student's id."""
    site.sign_in("tx.admin").decide(1, "same", note="Mother confirmed")
    washington = site.sign_in("wa.admin")
    response = washington.decide(1, "same", note="School agrees", answers="1")
    return re.search(r'href="/students/(\d+)">Open the student', washington.get(response.location).text)[1]


def test_a_validated_merge_is_one_student_with_the_surviving_id(site):
    before = set(student_ids(re.split("About each record", site.sign_in("tx.admin").get("/items/1").text)[1]))
    survivor = merged(site)
    (gone,) = before - {survivor}
    person = site.sign_in("tx.admin")
    text = person.get(f"/students/{gone}").text
    assert f"ID {gone[:4]} {gone[4:8]} {gone[8:]} was merged into this student." in text
    assert "2 source records" in text
    for said in (
        "Texas T100",
        "Washington W200",
        "Undo this merge",
    ):
        assert said in text


def test_a_merge_is_undone_after_a_page_that_says_what_will_happen(site):
    survivor = merged(site)
    person = site.sign_in("tx.admin")
    link = re.search(r'href="(/items/1/undo/\d+)"', person.get(f"/students/{survivor}").text)[1]
    assert "each record goes back to the student it belonged to before" in person.get(link).text
    response = person.send(link, note="It was a cousin", key=person.field("key"))
    text = person.get(response.location).text
    assert "The decision is undone" in text
    assert "To decide" in text
    assert "1 source record" in person.get(f"/students/{survivor}").text


def test_the_whole_way_works_on_both_databases(database_url, tmp_path):
    fill(database_url, tmp_path)
    site = open_world(database_url)
    survivor = merged(site)
    person = site.sign_in("tx.admin")
    link = re.search(r'href="(/items/1/undo/\d+)"', person.get(f"/students/{survivor}").text)[1]
    person.get(link)
    assert person.send(link, note="", key=person.field("key")).status_code == 303
    person.get("/search")
    assert "Lupita Lopez" in person.send("/search", name="lopez").text
    site.close()


def test_an_undo_twice_is_refused(site):
    merged(site)
    person = site.sign_in("tx.admin")
    link = re.search(r'href="(/items/1/undo/\d+[^"]*)"', person.get("/items/1").text)[1]
    person.get(link)
    key = person.field("key")
    again = person.send(link, note="", key=key)
    assert person.send(link, note="", key=key).location == again.location, "the same form sent twice is one undo"
    assert person.get(link).status_code == 403


def test_different_children_can_be_taken_back_from_the_item(site):
    person = site.sign_in("tx.admin")
    person.decide(4, "different")
    link = re.search(r'href="(/items/4/undo/\d+[^"]*)"', person.get("/items/4").text)[1]
    assert "Take this decision back" in person.get(link).text
    person.send(link, note="", key=person.field("key"))
    assert "To decide" in person.get("/items/4").text


def test_twins_is_remembered(site):
    person = site.sign_in("tx.admin")
    text = person.get(person.decide(3, "twins").location).text
    assert "Kept as twins or siblings." in text


def test_need_information_wants_a_note_and_keeps_the_page(site):
    person = site.sign_in("tx.admin")
    response = person.decide(1, "need_information")
    assert response.status_code == 400
    assert "Say in the note what information is needed" in response.text
    assert person.send_decision(1, "need_information", note="Ask the school nurse").status_code == 303
    text = person.get("/items/1").text
    assert "Waiting for information" in text
    assert "Ask the school nurse" in text
    assert 'value="reopen"' in text


def test_some_records_of_a_group_can_be_meant(site):
    person = site.sign_in("tx.admin")
    person.get("/items/2")
    first, second, _ = re.findall(r'name="(member-\w+)"', person.text)
    assert person.send_decision(2, "same", **{first: "1"}).status_code == 400
    person.get("/items/2")
    assert person.send_decision(2, "same", **{first: "1", second: "1"}).status_code == 303


def test_whoever_is_slower_sees_who_was_faster_and_keeps_the_note(site):
    slow, fast = site.sign_in("tx.second"), site.sign_in("tx.admin")
    slow.get("/items/1")
    fast.decide(1, "different", note="Not the same mother")
    site.clock.advance(minutes=2)
    response = slow.send_decision(1, "same", note="Looks right to me")
    assert response.status_code == 409
    for said in ("Somebody was faster", "Teresa Xavier", "2 minutes ago", "Not the same mother", "Looks right to me"):
        assert said in response.text


def test_the_same_form_sent_twice_is_one_decision(site):
    person = site.sign_in("tx.admin")
    person.get("/items/4")
    form = {"version": person.field("version"), "key": person.field("key")}
    first = person.send_decision(4, "different", **form)
    assert person.send_decision(4, "different", **form).location == first.location


def test_previous_and_next_lead_through_the_list_that_one_came_from(site):
    person = site.sign_in("tx.admin")
    seen = ["/items/1?sort=oldest"]
    while found := re.search(r'href="([^"]+)" data-action="next"', person.get(seen[-1]).text):
        seen.append(unescape(found[1]))
    assert [re.search(r"/items/(\d)", one)[1] for one in seen] == ["1", "2", "3", "4"]
    assert all("sort=oldest" in one for one in seen)
    assert "4 of 4" in person.text
    assert "/items/3?" in re.search(r'href="([^"]+)" data-action="previous"', person.text)[1]


def test_when_the_last_item_is_decided_the_way_leads_to_the_end_of_the_list(site):
    person = site.sign_in("tx.admin")
    for item in (1, 2, 3):
        person.decide(item, "different")
    text = person.get(person.decide(4, "different").location).text
    assert "Nothing left in this list" in text
    assert "Kept as different children." in text
    assert "Nothing to decide" in person.get("/worklist").text


@pytest.mark.parametrize(
    ("form", "found", "why"),
    [
        ({"name": "garcia lopez"}, "María Guadalupe García López", "same name"),
        ({"name": "Gracia Lopes"}, "María Guadalupe García López", "sounds like"),
        ({"birth_date": "08/03/2012"}, "Lupita Lopez", "day and month swapped"),
        ({"any_id": "W200"}, "Lupita Lopez", "State student ID"),
    ],
)
def test_the_search_finds_by_name_sound_date_and_id_and_says_why(site, form, found, why):
    person = site.sign_in("primary")
    person.get("/search")
    text = person.send("/search", **form).text
    assert found in text
    assert why in text
    link = re.search(r'href="(/students/\d{12})"', text)[1]
    assert person.get(link).status_code == 200
    assert "Undo this merge" not in person.text


def test_an_empty_search_asks_for_something(site):
    person = site.sign_in("primary")
    person.get("/search")
    response = person.send("/search", name=" ", birth_date="", any_id="")
    assert response.status_code == 400
    assert "Fill at least one field." in response.text


def test_a_search_that_finds_nothing_says_what_to_try(site):
    person = site.sign_in("primary")
    person.get("/search")
    assert "Nothing found" in person.send("/search", name="Zzyzx").text


@pytest.mark.parametrize("student_id", ["100000000000", "x", "0"])
def test_an_unknown_student_is_not_found_in_plain_words(site, student_id):
    response = site.sign_in("primary").get(f"/students/{student_id}")
    assert response.status_code == 404
    assert "Error id" in response.text


def suggest_split(site, item):
    """The students of this near match are merged; a year later a scan asks whether they are one child. Its item's id."""
    site.sign_in("tx.admin").decide(item, "same")
    site.sign_in("wa.admin").decide(item, "same", answers="1")
    with site.database.unit_of_work(read_only=True) as session:
        members = tuple(session.scalars(select(ItemMember.source_record_id).where(ItemMember.item_id == item)))
    one, other = map(str, sorted(members))
    pair = PairEvidence(one, other, -9.0, 0.002, "none", ("GUARD-MB",), LINES)
    split = Proposal("split", "suggested_split", (one, other), (pair,), ("GUARD-MB",), 0.002, ((one,), (other,)))
    now = site.clock() + timedelta(days=400)
    outcome = run_scan(site.database, load_rulebook(), now=now, find=lambda *_, **__: Found(9, 1, 1, (split,)))
    return outcome.changes.opened[0]


def test_a_suggested_split_says_what_it_is_how_to_split_and_offers_to_keep_the_records_together(site):
    item = suggest_split(site, 1)
    person = site.sign_in("tx.admin")
    assert f"Suggested split {item}" in person.get("/worklist").text
    text = person.get(f"/items/{item}").text
    for said in (
        "One student, perhaps more than one child",
        "say which records are which child",
        "fewer than 1 in 100",
        "Possible twins",
    ):
        assert said in text
    assert 'value="same"' in text
    assert 'value="different"' not in text
    after = person.get(person.decide(item, "same").location).text
    assert "The records stay one student." in after


def test_the_page_takes_as_many_queries_for_three_records_as_for_two(site):
    person, numbers = site.sign_in("tx.admin"), []
    for address in ("/items/1", "/items/2"):
        with counted_queries(site.database) as statements:
            person.get(address)
        numbers.append(len(statements))
    assert max(numbers) <= min(numbers) + 2, "a group is drawn from what was read before"
    assert max(numbers) <= 50
