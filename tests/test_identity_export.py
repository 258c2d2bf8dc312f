"""The consolidated record to hand on: a page that stands alone, JSON with the keys of the documentation, CSV without formulas."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest

from linkage.errors import NotAllowedError
from linkage.formulas import harmless
from linkage.identity.student import disputes
from linkage.identity.student.export import CSV_HEADER, as_csv, as_html, as_json
from linkage.identity.student.views import ConsolidatedView
from linkage.identity.students import consolidated
from tests.identity_helpers import Pair, World, child
from tests.paths import ROOT

pytest_plugins = ["tests.identity_fixtures"]

EVIL = '=HYPERLINK("http://x"),<script>alert(1)</script>'


@pytest.fixture
def student(world: World, pair: Pair) -> ConsolidatedView:
    """Ximena after a merge, with a school, a note and a dispute that would like to be run."""
    world.upload("TX", child("T1", school_name=EVIL, middle_name="+Ana"))
    item = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item, "same", note=EVIL, reason="parent")  # type: ignore[arg-type]
    world.decide(pair.wanda, item, "validate")  # type: ignore[arg-type]
    petra = world.person("petra", "TX", "privacy_act_administrator")
    with world.database.unit_of_work() as session:
        disputes.enter(session, petra, pair.texas, EVIL, made_by="parent", idempotency_key="d", now=world.tick())
    with world.database.unit_of_work(read_only=True) as session:
        return consolidated(session, pair.ana, world.students()[pair.texas])


class Page(HTMLParser):
    """Tags, and every attribute that could load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "action") or name.startswith("on")]


def test_the_page_stands_alone_and_runs_nothing(world: World, pair: Pair, student: ConsolidatedView) -> None:
    text = as_html(student, pair.ana, made=world.now)
    page = Page(text)
    assert not page.loads
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert "url(" not in text
    assert "@media print" in text
    assert "&lt;script&gt;" in text
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert page.tags.count("caption") == page.tags.count("table") == 6
    assert '<html lang="en">' in text
    title = re.search("<title>(.*)</title>", text)
    assert title
    assert title[1] == f"Consolidated record of student {student.student_id}"
    for shown in ("Quetzal", "Confirmed", "Disputed", "TX, received"):
        assert shown.lower() in text.lower()


def test_the_json_has_exactly_the_keys_of_the_documentation(
    world: World, pair: Pair, student: ConsolidatedView
) -> None:
    content = json.loads(as_json(student, pair.ana, made=world.now))
    page = (ROOT / "docs" / "consolidated-record.md").read_text(encoding="utf-8").split("**JSON**")[1].split("## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, flags=re.MULTILINE))
    assert list(told) == list(content)
    for key, value in content.items():
        if isinstance(value, list):
            assert set(value[0]) <= set(re.findall(r"`(\w+)`", told[key])), key
    assert content["student_id"] == student.student_id
    assert {one["value"] for one in content["ids"]} >= {"T1", "W1"}
    assert [one["note"] for one in content["decisions"]] == [EVIL, ""]
    assert content["decisions"][0]["reason"] == "Parent or guardian confirmed"


def test_no_cell_of_the_csv_is_a_formula(pair: Pair, student: ConsolidatedView) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(student, pair.ana))))
    assert tuple(rows[0]) == CSV_HEADER
    assert {len(row) for row in rows} == {len(CSV_HEADER)}
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row)
    assert f"'{EVIL}" in {cell for row in rows for cell in row}
    sections = {row[0] for row in rows[1:]}
    assert sections == {"id", "field", "other value", "move", "enrollment", "change", "stay", "dispute", "decision"}


@pytest.mark.parametrize("start", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\n=1", "＝1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert harmless(start) == f"'{start}"


@pytest.mark.parametrize("plain", ["", "Ana-Lucía", "12", "a=b"])
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert harmless(plain) == plain


def test_printing_and_exporting_are_rights_of_their_own(world: World, student: ConsolidatedView) -> None:
    looker = world.person("lou", "TX", "secondary_user")
    as_html(student, looker, made=world.now)
    with pytest.raises(NotAllowedError):
        as_json(student, looker, made=world.now)
    with pytest.raises(NotAllowedError):
        as_csv(student, looker)
    with pytest.raises(NotAllowedError):
        as_html(student, world.person("gus", "", "government_administrator"), made=world.now)
