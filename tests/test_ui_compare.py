"""The comparison on the review page: what differs and how, values as sent and as proposed, the result, the journeys, masked roles."""

import re

import pytest

from linkage.identity import accounts
from linkage.identity.ids import IdFactory
from linkage.jobs.ingest_upload import ingest_file
from linkage.store.models import LedgerEvent
from tests.ui_helpers import PASSWORD, RECORDS, upload_of


def cell(text: str, record: int, column: str) -> str:
    """The inside of one cell of the page."""
    return re.search(rf'id="cell-{record}-{column}".*?</td>', text, re.DOTALL)[0]


def records_of(text: str) -> list[int]:
    return sorted({int(found) for found in re.findall(r'id="cell-(\d+)-', text)})


def test_each_cell_that_differs_names_its_difference_in_words(site):
    text = site.sign_in("tx.admin").get("/items/1").text
    for said in (
        "Nickname or short form",
        "One of two surnames",
        "In another field",
        "Day and month swapped",
        "One letter differs",
    ):
        assert said in text


def test_the_last_column_says_what_the_records_would_hold_together_and_by_which_rule(site):
    text = site.sign_in("tx.admin").get("/items/1").text
    assert "If they are one child" in text
    results = re.findall(r'nm-result" data-title.*?</td>', text, re.DOTALL)
    assert any("Only one record says anything." in one for one in results)
    assert any("Said by the record that arrived last." in one and "WA, received" in one for one in results)


def test_values_as_the_state_wrote_them_are_one_box_away_and_need_no_script(site):
    person = site.sign_in("tx.admin")
    text = person.get("/items/1").text
    assert re.search(r'<input type="checkbox" id="raw" data-action="raw"[^>]*>', text)
    assert '<span class="nm-as-sent"><span class="nm-value">Matamorros</span></span>' in text
    assert "checked" in re.search(r'<input type="checkbox" id="raw"[^>]*>', person.get("/items/1?raw=1").text)[0]


def newer(site, folder, city: str) -> None:
    """Texas sends T100 again, with another city of birth."""
    child = RECORDS["TX"]["T100"]
    path = folder / "TX.csv"
    path.write_text(upload_of({"T100": (*child[:6], city, child[7])}), encoding="utf-8")
    ingest_file(site.database, path, "TX", now=site.clock(), today=site.clock().date(), ids=IdFactory())


def test_a_value_that_changed_since_the_proposal_shows_what_stood_there_then(site, tmp_path):
    newer(site, tmp_path, "Reynosa")
    text = site.sign_in("tx.admin").get("/items/1").text
    (changed,) = re.findall(r'<td class="nm-cell nm-cell--changed".*?</td>', text, re.DOTALL)
    assert "Reynosa" in changed
    assert "<s>Matamoros</s>" in changed
    assert "Birth City: <b>Matamoros</b>" in text  # and below, with the day until which it was said


def test_schools_and_moves_of_all_records_are_on_one_axis_and_in_a_table_with_the_same_numbers(site):
    text = site.sign_in("tx.admin").get("/items/1").text
    drawing = re.search(r'<svg class="nm-axis".*?</svg>', text, re.DOTALL)[0]
    assert "style=" not in drawing
    assert "nm-axis__overlap" in drawing
    assert "No. 4, Record 1" in text
    assert 'aria-label="Schools and moves in time; the table below says the same"' in drawing


def masked_person(site):
    with site.database.unit_of_work() as session:
        accounts.create(session, "masked", "Mara", "data_reviewer", "TX", PASSWORD, site.clock(), must_change=False)
    return site.sign_in("masked")


NAMES = (
    "Lupita",
    "Lopez",
    "García",
    "López",
    "2012-08-03",
    "2012-03-08",
    "Aug 3, 2012",
    "Matamoros",
    "Juan",
    "T100",
    "W200",
)


def test_a_masked_role_sees_dots_everywhere_and_the_names_of_the_differences(site):
    text = masked_person(site).get("/items/1?raw=1").text
    assert [name for name in NAMES if re.search(rf"\b{name}\b", text)] == []
    assert "•••••-" not in text
    assert "••••-<mark>••-••</mark>" in text
    assert "Day and month swapped" in text
    assert "200 more today." in text


def test_one_value_is_shown_on_request_written_down_and_counted(site):
    person = masked_person(site)
    record = records_of(person.get("/items/1").text)[0]
    response = person.send("/items/1/reveal", record=str(record), field="birth_date")
    assert response.status_code == 303
    assert response.location == f"/items/1?shown={record}-birth_date&list=jurisdiction#cell-{record}-birth_date"
    text = person.get(response.location).text
    assert "2012" in cell(text, record, "birth_date")
    assert "autofocus" in cell(text, record, "birth_date")
    assert "Lupita" not in text
    assert "199 more today." in text
    with site.database.unit_of_work(read_only=True) as session:
        assert session.query(LedgerEvent).filter_by(kind="value_revealed").count() == 1


@pytest.mark.parametrize(("record", "field"), [("0", "birth_date"), ("x", "birth_date"), ("1", "nonsense")])
def test_a_request_for_no_value_is_refused(site, record, field):
    person = masked_person(site)
    person.get("/items/1")
    assert person.send("/items/1/reveal", record=record, field=field).status_code == 400


def test_a_value_of_another_states_item_is_not_shown(site):
    washington = site.sign_in("wa.admin")
    washington.get("/items/1")
    assert washington.send("/items/3/reveal", record="2", field="birth_date").status_code == 404


def test_who_sees_everything_is_offered_nothing_to_uncover(site):
    text = site.sign_in("tx.admin").get("/items/1").text
    assert "/reveal" not in text
    assert "more today" not in text
