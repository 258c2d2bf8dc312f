"""The student page, flags for a merge, disputes, paper and files, as people use them."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import select

from linkage.identity import accounts
from linkage.store.models import LedgerEvent, Membership, SourceRecord
from tests.birth_date_visits import TEXAS, send_record
from tests.ui_helpers import PASSWORD, Visitor, World


def student_of(site: World, number: str) -> str:
    """The student to whom a State's record belongs."""
    with site.database.unit_of_work(read_only=True) as session:
        statement = select(Membership.student_id).join(SourceRecord, SourceRecord.id == Membership.source_record_id)
        current = statement.where(SourceRecord.state_student_id == number, Membership.valid_to.is_(None))
        return session.scalars(current).one()


def person(site: World, username: str, role: str, state: str = "TX") -> Visitor:
    with site.database.unit_of_work() as session:
        accounts.create(session, username, username.title(), role, state, PASSWORD, site.clock(), must_change=False)
    return site.sign_in(username)


def spaced(student: str) -> str:
    return f"{student[:4]} {student[4:8]} {student[8:]}"


def flag(visitor: Visitor, *students: str, **more: str):
    """Flag students for a merge, with the form as it stands."""
    visitor.get(f"/flags/merge?students={','.join(students)}")
    hidden = {name: visitor.field(name) for name in ("key", "students")}
    return visitor.send("/flags/merge", **({"reason": "", "note": "", "keep": ""} | hidden | more))


def test_each_field_says_why_it_has_this_value_and_what_others_say(site):
    text = site.sign_in("tx.admin").get(f"/students/{student_of(site, 'T100')}").text
    assert "Only one record says anything." in text
    assert "Student ID in use" in text
    assert "State ID of Texas" in text
    assert "Schools and moves in time" in text
    assert "1 version<" in text


def test_a_changed_record_shows_what_each_upload_changed(site, tmp_path):
    send_record(site, TEXAS, tmp_path, birth_city="Reynosa")
    text = site.sign_in("tx.admin").get(f"/students/{student_of(site, 'T100')}").text
    assert "2 versions" in text
    assert "Matamoros → <b>Reynosa</b>" in text


def test_a_flagged_merge_is_validated_by_the_other_state_and_keeps_the_chosen_id(site):
    one, other = student_of(site, "T100"), student_of(site, "W200")
    texas, washington = site.sign_in("tx.admin"), site.sign_in("wa.admin")
    page = texas.get(f"/flags/merge?students={one},{other}").text
    assert "the student with the most records; of equals the oldest" in page
    assert "Somebody else must agree first" in page
    assert page.count(">Differs<") >= 3
    response = flag(texas, one, other, keep=other, reason="parent", note="The mother brought both children’s papers.")
    item = int(re.search(r"/items/(\d+)", response.location)[1])
    assert "Waiting for validation" in texas.get(f"/items/{item}").text
    assert "must validate it" in site.sign_in("tx.second").get(f"/items/{item}").text
    assert washington.decide(item, "same", answers="1").status_code == 303
    text = texas.get(f"/students/{one}").text
    assert f"Student {spaced(other)}" in text
    assert f"ID {spaced(one)} was merged into this student." in text
    assert "Parent or guardian confirmed" in text
    assert "The mother brought both children’s papers." in text
    assert re.search(rf'href="/items/{item}/undo/\d+"', text)


def test_the_other_student_is_found_by_name_or_by_its_id(site):
    one, other = student_of(site, "T100"), student_of(site, "W200")
    texas = site.sign_in("tx.admin")
    assert "Choose the other student" in texas.get(f"/flags/merge?students={one}").text
    found = texas.send("/flags/merge/find", students=one, name="Lupita", birth_date="", any_id="").text
    assert f"/flags/merge?students={one},{other}" in found.replace("%2C", ",")
    assert "Side by side" in texas.get(f"/flags/merge?students={one}&add={spaced(other)}").text


def test_a_flag_that_is_refused_keeps_what_was_typed(site):
    one, other = student_of(site, "T101"), student_of(site, "F300")
    texas = site.sign_in("tx.admin")
    assert texas.decide(3, "same").status_code == 303  # waits for Florida, and locks both
    refused = flag(texas, one, other, note="Seen together.")
    assert refused.status_code == 409
    assert ">Seen together.</textarea>" in refused.text


@pytest.mark.parametrize("students", ["000000000000", "nobody", "1,2,3,4,5,6,7,8,9"])
def test_an_id_that_nobody_has_is_said_to_be_none(site, students):
    response = site.sign_in("tx.admin").get(f"/flags/merge?students={students}")
    assert response.status_code == 200
    assert 'role="alert"' in response.text


def test_a_primary_user_flags_and_comes_back_to_the_student(site):
    one, other = student_of(site, "T100"), student_of(site, "W200")
    response = flag(site.sign_in("primary"), one, other, note="The family told me.")
    assert response.location == f"/students/{one}?noted=flagged"


def test_a_dispute_is_entered_shown_and_withdrawn_but_stays_to_be_read(site):
    student = student_of(site, "T100")
    privacy = person(site, "privacy", "privacy_act_administrator")
    privacy.get(f"/students/{student}")
    record = re.search(r'<option value="(\d+)"', privacy.text)[1]
    fields = {"record": record, "made_by": "parent", "statement": "She was born in March.\nAsk me."}
    refused = privacy.send(f"/students/{student}/disputes", **(fields | {"made_by": ""}), key=privacy.field("key"))
    assert refused.status_code == 400
    assert "She was born in March." in refused.text
    assert privacy.send(f"/students/{student}/disputes", **fields, key=privacy.field("key")).status_code == 303
    seen = site.sign_in("wa.admin").get(f"/students/{student}").text
    assert "1 statement disputes this record" in seen
    assert "She was born in March." in seen
    assert "Withdraw statement" not in seen
    privacy.get(f"/students/{student}")
    assert privacy.send(f"/students/{student}/disputes/1/withdraw").status_code == 303
    seen = site.sign_in("wa.admin").get(f"/students/{student}").text
    assert "disputes this record" not in seen
    assert "Withdrawn on" in seen


def test_nobody_without_the_right_enters_a_dispute(site):
    student = student_of(site, "T100")
    texas = site.sign_in("tx.admin")
    assert "Keep this statement" not in texas.get(f"/students/{student}").text
    assert texas.send(f"/students/{student}/disputes", record="1", made_by="parent", statement="x").status_code == 403


def test_files_are_saved_and_the_ledger_says_by_whom(site):
    student = student_of(site, "T100")
    texas = site.sign_in("tx.admin")
    texas.get(f"/students/{student}")
    sent = {form: texas.send(f"/students/{student}/export/{form}") for form in ("html", "json", "csv")}
    assert {response.headers["Content-Disposition"] for response in sent.values()} == {
        f'attachment; filename="student-{student}.{form}"' for form in sent
    }
    assert json.loads(sent["json"].text)["student_id"] == student
    rows = list(csv.reader(io.StringIO(sent["csv"].data.decode("utf-8-sig"))))
    assert rows[[row[2] for row in rows].index("First Name")][:4] == ["field", "", "First Name", "María Guadalupe"]
    with site.database.unit_of_work(read_only=True) as session:
        kept = [
            json.loads(e.payload)["form"] for e in session.scalars(select(LedgerEvent)) if e.kind == "student_exported"
        ]
    assert kept == ["html", "json", "csv"]
    assert texas.send(f"/students/{student}/export/exe").status_code == 404
    assert texas.get(f"/students/{student}/export/json").status_code == 405, "a link does not write to the ledger"


def test_the_page_to_print_allows_its_own_style_and_nothing_else(site):
    texas = site.sign_in("tx.admin")
    texas.get(f"/students/{student_of(site, 'T100')}")
    response = texas.send(f"/students/{student_of(site, 'T100')}/print")
    policy = response.headers["Content-Security-Policy"]
    assert re.match(r"default-src 'none'; style-src 'sha256-[\w+/]+=*'; frame-ancestors 'none'", policy)
    assert "<script" not in response.text
    assert "Confidential" in response.text


def test_a_masked_role_sees_dots_on_the_page_and_on_paper(site):
    student = student_of(site, "T100")
    masked = person(site, "second", "secondary_user")
    page = masked.get(f"/students/{student}").text
    for text in (page, masked.send(f"/students/{student}/print").text):
        assert "•••••" in text
        assert "María" not in text
        assert "2012-08-03" not in text
    assert masked.send(f"/students/{student}/export/csv").status_code == 403
    assert masked.get(f"/flags/merge?students={student}").status_code == 403


def test_records_whose_ids_are_covered_are_told_apart_by_their_numbers(site):
    one, other = student_of(site, "T100"), student_of(site, "T101")
    response = flag(site.sign_in("tx.admin"), one, other, reason="parent")
    item = int(re.search(r"/items/(\d+)", response.location)[1])
    site.sign_in("tx.second").decide(item, "same", answers="1")
    text = person(site, "second", "secondary_user").get(f"/students/{one}").text
    for number in (1, 2):
        assert re.search(rf"<h3[^>]*>Texas •+ \({number}\)</h3>", text)
    assert not re.search(r"Texas T10\d \(", site.sign_in("tx.admin").get(f"/students/{one}").text)


def test_a_masked_role_shows_one_value_and_it_is_written_down(site):
    student = student_of(site, "T100")
    masked = person(site, "second", "secondary_user")
    record = re.search(r'id="cell-(\d+)-first_name"', masked.get(f"/students/{student}").text)[1]
    response = masked.send(f"/students/{student}/reveal", record=record, field="first_name")
    assert response.location.endswith(f"#cell-{record}-first_name")
    text = masked.get(f"/students/{student}").text
    assert "María Guadalupe" in text
    assert "García" not in text
    assert "María" not in masked.send(f"/students/{student}/print").text
    masked.get(f"/students/{student}")
    refused = masked.send(f"/students/{student}/reveal", record=record, field="sex")
    assert refused.status_code == 400
    assert "This field is not masked." in refused.text


def test_a_merge_that_cannot_be_carried_out_says_why_and_offers_no_button(site):
    texas = site.sign_in("tx.admin")
    texas.decide(1, "different")
    page = texas.get(f"/flags/merge?students={student_of(site, 'T100')},{student_of(site, 'W200')}").text
    assert "This merge cannot be carried out now" in page
    assert "Undo that decision first" in page
    assert 'action="/flags/merge"' not in page.replace(' method="get" action="/flags/merge"', "")
