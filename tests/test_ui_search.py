"""Search: children with all their records and why, the engine's own list, flags, "none of these"; search and add in a review."""

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from linkage.identity import accounts
from linkage.identity.alike import StandingDesk
from linkage.jobs.scan import run_scan
from linkage.store.models import BlockingMiss, ItemMember, PairConstraint, SourceRecord
from review_ui.services import EXTENSION
from rules.rulebook import load_rulebook
from tests.ui_helpers import PASSWORD, START, Visitor, World

NOBODY = {"name": "", "birth_date": "", "any_id": ""}


def record_of(site: World, number: str) -> int:
    with site.database.unit_of_work(read_only=True) as session:
        return session.scalars(select(SourceRecord.id).where(SourceRecord.state_student_id == number)).one()


def search(person: Visitor, path: str = "/search", **typed: str) -> str:
    person.get(path)
    return person.send(path, **(NOBODY | typed)).text


def students_in(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/students/(\d{12})"', text)))


def size(site: World, item: int) -> int:
    with site.database.unit_of_work(read_only=True) as session:
        return session.scalar(select(func.count()).where(ItemMember.item_id == item)) or 0


@pytest.mark.parametrize(
    ("typed", "name", "why"),
    [
        ({"name": "lopez garcia"}, "María Guadalupe", "same name"),
        ({"name": "guadalupe"}, "Lupita Lopez", "another form of the name"),
        ({"name": "roblez"}, "Jose Robles", "sounds like"),
        ({"name": "lopez", "birth_date": "08/03/2012"}, "Lupita Lopez", "day and month swapped"),
        ({"birth_date": "2013"}, "Jose Robles", "born in that year"),
        ({"any_id": "w200"}, "Lupita Lopez", "State student ID"),
    ],
)
def test_a_child_is_found_without_knowing_everything_and_the_page_says_why(
    site: World, typed: dict[str, str], name: str, why: str
) -> None:
    text = search(site.sign_in("primary"), **typed)
    assert name in text
    assert why in text


def test_records_of_one_student_stand_together_also_those_that_were_not_searched_for(site: World) -> None:
    person = site.sign_in("tx.admin")
    person.decide(2, "same", **{f"member-{record_of(site, one)}": "on" for one in ("T102", "T103")})
    text = search(person, any_id="T102")
    assert len(students_in(text)) == 1
    assert "T103" in text
    assert "another record of this student" in text


def test_nothing_typed_and_nothing_found_say_what_to_do_next(site: World) -> None:
    person = site.sign_in("tx.admin")
    assert "You need no birth date" in person.get("/search").text
    assert "The year of birth alone" in search(person, name="Zzyzx")
    assert "Fill at least one field." in search(person)


def test_two_ticked_students_go_to_the_flag_and_one_does_not(site: World) -> None:
    person = site.sign_in("tx.admin")
    found = students_in(search(person, name="robles"))
    both = person.send("/search/flag", name="robles", **{f"student-{one}": "on" for one in found})
    assert (both.status_code, both.location) == (303, f"/flags/merge?students={','.join(found)}")
    one = person.send("/search/flag", name="robles", **{f"student-{found[0]}": "on"})
    assert one.status_code == 400
    assert "Choose two or more of them." in one.text
    assert students_in(one.text) == found


def test_none_of_these_is_noted_for_the_record_from_which_the_search_started(site: World) -> None:
    person, start = site.sign_in("tx.admin"), record_of(site, "T101")
    text = search(person, f"/search/{start}", name="robles")
    assert "Search for more records of this child" in text
    shown, key = person.field("shown"), person.field("key")
    done = person.send(f"/search/{start}/none", name="robles", shown=shown, key=key)
    assert done.status_code == 303
    assert re.match(r"/items/\d+\?done=\d+", done.location)
    with site.database.unit_of_work(read_only=True) as session:
        refused = session.scalars(select(PairConstraint).where(PairConstraint.kind == "cannot_link")).all()
    assert len(refused) == len(shown.split(","))
    assert all(start in (one.record_a, one.record_b) for one in refused)


def test_a_search_from_a_record_leaves_its_own_student_out_and_knows_no_other_numbers(site: World) -> None:
    person = site.sign_in("tx.admin")
    own = record_of(site, "T100")
    assert "Nothing found" in search(person, f"/search/{own}", any_id="T100")
    assert person.get("/search/9999").status_code == 404
    assert "None of these" not in search(site.sign_in("primary"), f"/search/{own}", name="lopez")


def test_masked_people_search_and_see_dots(site: World) -> None:
    with site.database.unit_of_work() as session:
        accounts.create(session, "masked", "M", "data_reviewer", "TX", PASSWORD, START, must_change=False)
    text = search(site.sign_in("masked"), name="lupita")
    assert "•••••• •••••" in text
    assert "Lopez" not in text
    assert "2012-03-08" not in text


def test_the_engine_names_likely_children_with_their_chance_and_why(site: World, tmp_path: Path) -> None:
    run_scan(site.database, load_rulebook(), now=START, folder=tmp_path / "standing")
    made = site.app.extensions[EXTENSION]
    site.app.extensions[EXTENSION] = replace(made, desk=StandingDesk(tmp_path / "standing", load_rulebook()))
    text = search(site.sign_in("tx.admin"), name="Ana Sofia Martinez Crus", birth_date="2015-05-20")
    assert "Likely the same child, says the engine" in text
    assert re.search(r"Chance that it is this child: <b>(about|more than) \d+ in 100</b>", text)
    assert "The birth date is the same." in text


def test_without_what_a_scan_keeps_the_search_does_not_fail(site: World, tmp_path: Path) -> None:
    made = site.app.extensions[EXTENSION]
    site.app.extensions[EXTENSION] = replace(made, desk=StandingDesk(tmp_path / "nowhere", load_rulebook()))
    text = search(site.sign_in("tx.admin"), name="lopez")
    assert "Lupita Lopez" in text
    assert "says the engine" not in text


def test_no_address_and_no_log_tells_what_was_searched_for(site: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        person = site.sign_in("tx.admin")
        text = search(person, name="robles", birth_date="2013-07-09")
    assert "event=sensitive_search" in caplog.text
    assert "robles" not in caplog.text.lower()
    assert not [one for one in re.findall(r'(?:href|action)="([^"]*)"', text) if "2013" in one or "robles" in one]


def test_a_missing_record_is_searched_for_and_added_to_the_review(site: World) -> None:
    person = site.sign_in("tx.admin")
    assert 'href="/items/1/add" data-action="search"' in person.get("/items/1").text
    text = search(person, "/items/1/add", name="robles")
    wanted = re.search(r'name="wanted" value="(\d{12})"', text)
    assert wanted
    before = size(site, 1)
    typed = {"version": person.field("version"), "wanted": wanted[1], "name": "robles"}
    done = person.send("/items/1/add/student", **typed)
    assert (done.status_code, done.location) == (303, "/items/1?added=1")
    assert "1 record was added" in person.get(done.location).text
    assert size(site, 1) == before + 1
    with site.database.unit_of_work(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(BlockingMiss)) == before
    assert wanted[1] not in re.findall(r'value="(\d{12})"', search(person, "/items/1/add", name="robles"))


def test_what_stands_in_the_review_is_left_out_of_its_search(site: World) -> None:
    text = search(site.sign_in("tx.admin"), "/items/1/add", name="lopez")
    assert "Nothing found" in text
    assert "W200" in text  # under "What stands here already"


def test_an_old_page_adds_nothing_and_keeps_what_was_typed(site: World) -> None:
    person = site.sign_in("tx.admin")
    text = search(person, "/items/1/add", name="robles")
    wanted = re.search(r'name="wanted" value="(\d{12})"', text)[1]
    refused = person.send("/items/1/add/student", version="7", wanted=wanted, name="robles")
    assert refused.status_code == 409
    assert "Not added" in refused.text
    assert 'value="robles"' in refused.text
    assert size(site, 1) == 2


def test_nothing_is_added_where_nothing_is_to_be_decided(site: World) -> None:
    person = site.sign_in("tx.admin")
    person.decide(1, "same")
    text = person.get("/items/1/add").text
    assert "Nothing can be added here now" in text
    assert site.sign_in("wa.admin").get("/items/3/add").status_code == 404
    assert site.sign_in("primary").get("/items/1/add").status_code == 403


@pytest.mark.parametrize("sent", [{"wanted": "x"}, {"wanted": "1" * 12, "version": "0"}, {"wanted": "1" * 12}])
def test_a_form_that_is_not_ours_is_refused(site: World, sent: dict[str, str]) -> None:
    person = site.sign_in("tx.admin")
    person.get("/items/1/add")
    assert person.send("/items/1/add/student", **({"version": ""} | sent)).status_code == 400
