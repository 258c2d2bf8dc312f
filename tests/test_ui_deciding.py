"""Deciding on the review page: what the buttons need, on to the next item, taking back at once, a second look, claims and handing on."""

import re
from datetime import date

import pytest

from linkage.identity import accounts, worklist
from review_ui.services import EXTENSION
from tests.ui_helpers import Visitor, World


def take_back(person: Visitor, item: int = 1):
    """Press the button of the last page that takes back what was just said."""
    path = re.search(rf'action="(/items/{item}/take-back/\d+[^"]*)"', person.text)
    assert path, "the page offers nothing to take back"
    return person.send(path[1], key=person.field("key"))


def decided(site: World, item: int, verdict: str, who: str = "tx.admin", **more: str) -> Visitor:
    """Somebody decides and looks at the page that follows."""
    person = site.sign_in(who)
    person.get(person.decide(item, verdict, **more).location)
    return person


def status(site: World, item: int) -> str:
    with site.database.unit_of_work(read_only=True) as session:
        admin = next(one for one, _ in accounts.listed(session) if one.username == "tx.admin")
        return str(worklist.item(session, admin, item, now=site.clock()).summary.status)


def test_a_decision_leads_to_the_next_item_of_the_list_and_says_what_came_of_it(site):
    person = site.sign_in("tx.admin")
    person.get("/items/2?sort=oldest")
    response = person.send("/items/2?sort=oldest", verdict="different", version="1", key=person.field("key"), note="")
    assert response.location.startswith("/items/3?")
    assert "sort=oldest" in response.location
    text = person.get(response.location).text
    assert 'role="status"' in text
    assert "Kept as different children." in text
    assert 'data-action="undo"' in text


@pytest.mark.parametrize(
    ("verdict", "led_to"),
    [("different", "applied"), ("same", "waiting_validation"), ("need_information", "waiting_information")],
)
def test_whatever_was_said_is_taken_back_at_once_with_one_press(site, verdict, led_to):
    person = decided(site, 1, verdict, note="Something")
    assert status(site, 1) == led_to
    site.clock.advance(seconds=9)
    assert take_back(person).location.startswith("/items/1?")
    assert status(site, 1) == "open"


def test_after_ten_seconds_the_same_button_leads_to_the_page_that_says_what_has_happened_since(site):
    person = decided(site, 1, "different")
    site.clock.advance(seconds=11)
    response = take_back(person)
    assert response.location.startswith("/items/1/undo/1")
    text = person.get(response.location).text
    assert "What has happened since" in text
    assert status(site, 1) == "applied"


def test_what_somebody_else_has_moved_on_is_not_taken_back(site):
    person = decided(site, 1, "same")
    site.sign_in("wa.admin").decide(1, "same", answers="1")
    assert take_back(person).location.startswith("/items/1?")
    assert status(site, 1) == "applied"


def test_nobody_sees_at_the_top_what_another_person_said(site):
    decided(site, 1, "different", note="A secret of Texas")
    assert 'class="nm-flash"' not in site.sign_in("tx.second").get("/items/2?done=1").text


def test_a_merge_in_spite_of_a_warning_asks_for_a_reason_and_keeps_what_was_typed(site):
    person = site.sign_in("tx.admin")
    response = person.decide(1, "same", note="The mother says so", reason="")
    assert response.status_code == 400
    for said in ("say why it is the same child", "The mother says so", 'name="reason" required'):
        assert said in response.text
    assert person.send_decision(1, "same", reason="parent").status_code == 303
    assert "Parent or guardian confirmed" in person.get("/items/1").text


def test_a_canned_phrase_is_added_to_the_note(site):
    person = decided(site, 1, "need_information", note="First", phrase="2", **{"note-need_information": "The papers"})
    phrase = site.app.extensions[EXTENSION].database.policy.decisions.phrases[1]
    text = person.get("/items/1").text
    assert f"First\nThe papers\n{phrase}" in text


def test_information_is_asked_of_somebody_by_a_day(site):
    person = site.sign_in("tx.admin")
    past = {"asked": "school", "due": str(date(2026, 3, 1)), "note-need_information": "Which school?"}
    refused = person.decide(1, "need_information", **past)
    assert refused.status_code == 400
    for said in ("That day is over", "Which school?", 'value="school" selected', 'value="2026-03-01"', 'nm-ask" open'):
        assert said in refused.text
    assert person.send_decision(1, "need_information", **(past | {"due": "2026-03-20"})).status_code == 303
    assert "Waiting for information" in person.get("/items/1").text
    assert person.decide(1, "need_information", due="next week").status_code == 400


def test_an_item_is_taken_and_given_back(site):
    person, other = site.sign_in("tx.admin"), site.sign_in("wa.admin")
    assert person.decide(1, "claim").location.startswith("/items/1?")
    assert "Yours, 20 minutes left" in person.get("/items/1").text
    assert "Teresa Xavier works on it until 15:20 UTC" in other.get("/items/1").text
    assert 'value="same"' not in other.text
    person.send_decision(1, "release")
    assert 'value="same"' in other.get("/items/1").text


def test_an_item_is_handed_to_a_colleague_with_a_word(site):
    person = site.sign_in("tx.admin")
    text = person.get("/items/1").text
    assert re.findall(r'<option value="([\w.]+)">(?:Tomas|Walter|Everybody of the State)', text) == [
        "tx.second",
        "state",
    ]
    sent = {"hand_to": "tx.second", "note-reassign": "You know the family"}
    text = person.get(person.send_decision(1, "reassign", **sent).location).text
    assert "Handed to Tomas Second." in text
    assert "Tomas Second (Texas)" in person.get("/items/1").text
    assert person.decide(1, "reassign", hand_to="wa.admin").status_code == 404


def test_at_the_state_nothing_is_passed_up_and_the_page_says_so(site):
    person = site.sign_in("tx.admin")
    assert "It stays with the State until somebody decides." in person.get("/items/1").text
    response = person.send_decision(1, "escalate")
    assert response.status_code == 400
    assert "there is nobody above" in response.text


def test_the_second_look_shows_both_answers_only_after_the_second_was_given(site):
    site.sign_in("tx.admin").decide(1, "same", note="The mother says so")
    washington = site.sign_in("wa.admin")
    text = washington.get("/items/1").text
    assert "Your own answer" in text
    for hidden in ("The mother says so", "Teresa", 'value="validate"'):
        assert hidden not in text
    response = washington.send_decision(1, "same", answers="1")
    text = washington.get(response.location).text
    for said in ("Your answer: “Same child”", "by Teresa Xavier: “Same child”", "Merged.", "The mother says so"):
        assert said in text


@pytest.mark.parametrize("verdict", ["validate", "reject"])
def test_a_validation_that_no_page_offers_is_refused_and_the_page_still_asks_for_an_answer(site, verdict):
    site.sign_in("tx.admin").decide(1, "same", note="The mother says so")
    washington = site.sign_in("wa.admin")
    response = washington.decide(1, verdict, note="I agree")
    assert response.status_code == 400
    for said in ("You have not said yet what you would decide", "give your own answer", "Your own answer", "I agree"):
        assert said in response.text
    assert "The mother says so" not in response.text
    assert "Waiting for validation" in site.sign_in("tx.admin").get("/items/1").text


def test_two_answers_that_differ_go_to_a_third_person(site):
    site.sign_in("tx.admin").decide(1, "same")
    washington = site.sign_in("wa.admin")
    text = washington.get(washington.decide(1, "twins", answers="1").location).text
    assert "The two answers differ" in text
    assert "a third one decides it" in text
    assert "Two administrators answered this differently" in site.sign_in("tx.second").get("/items/1").text


def test_with_an_open_second_look_the_proposal_is_shown_and_validated(site, monkeypatch):
    rules = site.database.policy
    decisions = rules.decisions.model_copy(update={"second_look": "open"})
    monkeypatch.setattr(site.database, "policy", rules.model_copy(update={"decisions": decisions}))
    site.sign_in("tx.admin").decide(1, "same", note="The mother says so")
    washington = site.sign_in("wa.admin")
    text = washington.get("/items/1").text
    assert "The mother says so" in text
    assert "Validate: same child" in text
    assert "Merged." in washington.get(washington.send_decision(1, "validate").location).text


def test_which_id_stays_is_shown_before_and_kept_by_the_merge(site):
    person = site.sign_in("tx.admin")
    other = re.search(r'name="keep" value="(\d+)"', person.get("/items/1").text)[1]
    shown = person.send_decision(1, "preview", keep=other, note="Not yet").text
    words = f"{other[:4]} {other[4:8]} {other[8:]}"
    assert f"Merge 2 records into {words}" in shown
    assert "Not yet" in shown
    assert f'value="{other}" checked' in shown
    assert status(site, 1) == "open"
    person.send_decision(1, "same", keep=other)
    site.sign_in("wa.admin").decide(1, "same", answers="1")
    assert words in person.get(f"/students/{other}").text


def test_a_preview_of_one_record_says_what_is_missing(site):
    person = site.sign_in("tx.admin")
    first = re.search(r'name="(member-\w+)"', person.get("/items/2").text)[1]
    assert "Choose at least two." in person.send_decision(2, "preview", **{first: "1"}).text


def test_the_slower_of_two_keeps_reason_note_and_choices_and_sees_what_is_different_now(site):
    slow, fast = site.sign_in("tx.second"), site.sign_in("tx.admin")
    slow.get("/items/1")
    fast.decide(1, "claim")
    fast.send_decision(1, "release", version="2", key="r" * 20)
    text = slow.send_decision(1, "same", note="Looks right", reason="school").text
    for said in ("Somebody was faster", "Teresa Xavier", "Now: To decide", "Looks right", 'value="school" selected'):
        assert said in text


def test_an_undo_that_comes_too_late_says_who_was_faster(site):
    person, other = decided(site, 1, "different"), site.sign_in("tx.second")
    site.clock.advance(minutes=1)
    page = take_back(person).location
    other.get(page)
    person.get(page)
    assert person.send(page, note="Mine", key=person.field("key")).status_code == 303
    response = other.send(page, note="Theirs", key=other.field("key"))
    assert response.status_code == 409
    assert "Teresa Xavier took the decision back" in response.text


def test_the_undo_page_shows_the_students_afterwards(site):
    site.sign_in("tx.admin").decide(1, "same")
    site.sign_in("wa.admin").decide(1, "same", answers="1")
    person = site.sign_in("tx.admin")
    link = re.search(r'href="(/items/1/undo/\d+[^"]*)"', person.get("/items/1").text)[1]
    text = person.get(link).text
    assert re.findall(r'<b class="nm-nowrap">[\d ]{14}</b>: (\w+ \w+)</li>', text) == ["Texas T100", "Washington W200"]


def test_letters_stand_in_the_buttons_and_go_where_keys_are_off(site):
    person = site.sign_in("tx.admin")
    assert '<kbd class="nm-key" aria-hidden="true">M</kbd>' in person.get("/items/1").text
    person.get("/settings")
    person.send("/settings", shortcuts="off")
    assert "<kbd" not in person.get("/items/1").text


@pytest.mark.parametrize("path", ["/items/999", "/nowhere"])
def test_a_page_that_is_not_there_is_a_page_for_the_script_as_well(site, path):
    person = site.sign_in("tx.admin")
    answer = person.client.get(path, headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert answer.status_code == 404
    assert "Error id" in answer.text
    assert '<main id="main"' in answer.text
