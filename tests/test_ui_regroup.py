"""The board on which records are put into children: suggestion, preview, save, refusal, and the same for a student."""

import re

import pytest

from linkage.identity import accounts, worklist
from review_ui.present.board import build_board
from tests.test_ui_present import record
from tests.ui_helpers import Visitor, World


def test_the_suggestion_is_preselected_and_one_empty_pile_stands_ready():
    board = build_board([record(1), record(2), record(3), record(4)], [["1", "3"], ["2", "4"]])
    assert [[card.record_id for card in pile.cards] for pile in board.columns] == [["1", "3"], ["2", "4"], [], []]
    assert [pile.shown for pile in board.columns] == [True, True, True, False]
    assert (board.suggested, board.children) == (2, ("A", "B", "C", "D"))


def test_what_somebody_chose_counts_more_than_the_suggestion_and_a_strange_letter_counts_nothing():
    board = build_board([record(1), record(2)], [], {"1": "B", "2": "Z", "9": "A"}, {"B": f"{1:012}"})
    assert [[card.record_id for card in pile.cards] for pile in board.columns] == [["2"], ["1"]]
    assert [pile.keeps for pile in board.columns] == ["", f"{1:012}"]
    assert board.suggested == 0


def test_a_card_says_what_tells_children_apart_and_leaves_out_what_is_missing():
    one = record(1, first_name="Ana", last_name_1="Cruz", birth_date="2014-02-11", sex="F", birth_city="")
    (card, _) = (card for pile in build_board([one, record(2)], [["1", "2"]]).columns for card in pile.cards)
    assert (card.name, card.facts) == ("Ana Cruz", (("birth_date", "2014-02-11"), ("sex", "Female")))


def board_of(person: Visitor, path: str) -> dict[str, str]:
    """Opens a board; the letters that are chosen on it."""
    assert person.get(path).status_code == 200
    return chosen(person)


def chosen(person: Visitor) -> dict[str, str]:
    found = re.findall(r'name="(child-\d+)" value="([A-Z])"[^>]* checked', person.text)
    return dict(found)


def send(person: Visitor, path: str, wants: str, letters: dict[str, str], **more: str):
    hidden = {name: person.field(name) for name in ("version", "key") if name not in more}
    fields = hidden | {"wants": wants, "between": "different", "reason": "", "note": ""} | letters | more
    response = person.send(path, **fields)
    if response.status_code != 303:
        person.text = response.text
    return response


def students_of(site: World, item: int) -> dict[str, str]:
    with site.database.unit_of_work(read_only=True) as session:
        admin = next(one for one, _ in accounts.listed(session) if one.username == "tx.admin")
        return {one.record_id: one.student_id for one in worklist.item(session, admin, item, now=site.clock()).records}


@pytest.fixture
def texas(site: World) -> Visitor:
    return site.sign_in("tx.admin")


def divided(letters: dict[str, str]) -> dict[str, str]:
    """The first two records are one child, the last another."""
    first, second, third = sorted(letters)
    return {first: "A", second: "A", third: "B"}


def test_the_preview_shows_students_and_records_afterwards_and_writes_nothing(site, texas):
    before = students_of(site, 2)
    letters = divided(board_of(texas, "/items/2/groups"))
    response = send(texas, "/items/2/groups", "preview", letters, note="Two sisters")
    assert response.status_code == 200
    for part in ("What happens", "Afterwards", "Who must agree", "Texas, Washington", "The record afterwards"):
        assert part in texas.text
    assert chosen(texas) == letters
    assert "Two sisters" in texas.text
    assert students_of(site, 2) == before


def test_a_division_is_saved_in_one_go_and_applied_when_the_other_state_agrees(site, texas):
    letters = divided(board_of(texas, "/items/2/groups"))
    one, two, three = (name.removeprefix("child-") for name in sorted(letters))
    homes = students_of(site, 2)
    more = {"keeps-A": homes[two], "reason": "parent", "note": "Mother confirmed"}
    assert send(texas, "/items/2/groups", "save", letters, **more).status_code == 303
    washington = site.sign_in("wa.admin")
    board_of(washington, "/items/2/groups")
    assert send(washington, "/items/2/groups", "save", letters, answers="1").status_code == 303
    students = students_of(site, 2)
    assert students[one] == students[two] == homes[two]
    assert students[three] == homes[three]


def test_all_records_in_one_pile_are_no_division_and_everything_typed_is_kept(texas):
    letters = dict.fromkeys(board_of(texas, "/items/2/groups"), "A")
    response = send(texas, "/items/2/groups", "save", letters, note="Kept", between="twins", reason="school")
    assert response.status_code == 400
    assert 'role="alert"' in texas.text
    assert "takes two parts" in texas.text
    assert ">Kept</textarea>" in texas.text
    assert 'value="twins" checked' in texas.text
    assert 'value="school" selected' in texas.text


def test_whoever_is_second_sees_what_was_said_first_and_keeps_the_division(site, texas):
    letters = divided(board_of(texas, "/items/2/groups"))
    site.sign_in("tx.second").decide(2, "need_information", "Ask the school")
    response = send(texas, "/items/2/groups", "save", letters, note="Two sisters")
    assert response.status_code == 409
    assert "Tomas Second" in texas.text


def test_the_same_form_sent_twice_is_one_decision(texas):
    letters = divided(board_of(texas, "/items/2/groups"))
    key, version = texas.field("key"), texas.field("version")
    for _ in range(2):
        assert send(texas, "/items/2/groups", "save", letters, key=key, version=version).status_code == 303


def test_an_item_that_waits_cannot_be_divided_and_says_so(texas):
    texas.decide(2, "same")
    text = texas.get("/items/2/groups").text
    assert "These records cannot be divided now" in text
    assert 'name="wants"' not in text


@pytest.mark.parametrize(
    "odd", [{"between": "same"}, {"version": "0"}, {"version": "x"}, {"child-x": "A"}, {"key": "short"}]
)
def test_a_form_that_no_page_of_ours_sends_is_refused(texas, odd):
    letters = board_of(texas, "/items/2/groups")
    assert send(texas, "/items/2/groups", "save", letters | odd).status_code == 400


def test_an_id_of_somebody_else_cannot_be_kept(texas):
    letters = divided(board_of(texas, "/items/2/groups"))
    response = send(texas, "/items/2/groups", "save", letters, **{"keeps-A": "999999999999"})
    assert response.status_code == 404
    assert "none of these records" in texas.text


@pytest.fixture
def merged_student(site: World) -> str:
    """One student of a Texas and a Washington record."""
    site.sign_in("tx.admin").decide(1, "same")
    site.sign_in("wa.admin").decide(1, "same", answers="1")
    (student,) = set(students_of(site, 1).values())
    return student


def test_a_student_is_flagged_for_a_split_after_a_preview(site, texas, merged_student):
    path = f"/students/{merged_student}/groups"
    first, second = sorted(board_of(texas, path))
    letters = {first: "A", second: "B"}
    assert send(texas, path, "preview", letters).status_code == 200
    assert "a person has flagged it" in texas.text or "current child count" in texas.text
    response = send(texas, path, "save", letters)
    assert response.status_code == 303
    assert "Flagged split" in texas.get(response.location).text


def test_somebody_who_only_proposes_lands_on_the_student_again(site, merged_student):
    primary = site.sign_in("primary")
    path = f"/students/{merged_student}/groups"
    first, second = sorted(board_of(primary, path))
    response = send(primary, path, "save", {first: "A", second: "B"})
    assert response.location.startswith(f"/students/{merged_student}?flagged=")


def test_a_student_with_one_record_has_nothing_to_divide(site, texas):
    (student, *_) = students_of(site, 3).values()
    assert "there is nothing to divide" in texas.get(f"/students/{student}/groups").text
