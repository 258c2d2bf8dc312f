"""The worklist by keyboard alone: with letters, and with Tab, Enter and Space where the letters are switched off."""

from random import Random
from statistics import median

import pytest

from linkage.identity.ids import IdFactory
from linkage.jobs.ingest_upload import ingest_file
from linkage.jobs.scan import run_scan
from linkage.pipeline import Found
from rules.rulebook import load_rulebook
from tests import ui_helpers
from tests.test_browser_pages import PAINTED, address, sign_in

pytestmark = pytest.mark.browser

__all__ = ["address"]  # a fixture

TWENTY = 20
WARNED = {4, 9, 14}  # of the twenty: a merge takes a reason


@pytest.fixture
def twenty(site, tmp_path):
    """Twenty near matches of Texas alone, some with a warning; those of the world are gone."""
    child = ("Ana", "", "Quiroz", "", "F", "2014-02-11", "Reynosa", "Rosa")
    path = tmp_path / "twenty.csv"
    path.write_text(ui_helpers.upload_of({f"A{at:02}": child for at in range(2 * TWENTY)}), encoding="utf-8")
    ingest_file(site.database, path, "TX", now=site.clock(), today=site.clock().date(), ids=IdFactory(Random(2)))

    def find(table, *_, **__):
        ids = dict(zip(table.columns["state_student_id"], table.ids, strict=True))
        pairs = [(ids[f"A{at:02}"], ids[f"A{at + 1:02}"]) for at in range(0, 2 * TWENTY, 2)]
        found = [
            ui_helpers.proposal(pair, 0.9 - at / 100, ("GUARD-DOB",) if at in WARNED else ())
            for at, pair in enumerate(pairs)
        ]
        return Found(len(table), TWENTY, TWENTY, tuple(found), ())

    run_scan(site.database, load_rulebook(), now=site.clock(), find=find)


class Hands:
    """Press keys, and count them."""

    def __init__(self, page):
        self.page, self.keys = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def tab_to(self, name):
        """Press Tab until the thing of that name has the focus; it must be seen to have it."""
        for _ in range(40):
            self.press("Tab")
            if self.page.evaluate("document.activeElement.innerText?.trim().split('\\n')[0]") == name:
                assert self.page.evaluate(SEEN), f"the focus on {name} is not seen"
                return
        pytest.fail(f"Tab does not lead to {name}")


# The focus has an outline, and lies in the window with nothing over its middle.
SEEN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), outline = getComputedStyle(one);
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (one.type === "date") return true; // the browser marks its parts by itself
    return outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2 && (one.contains(top) || top?.contains(one));
}"""


def deciding(page, decide):
    """Do it, and wait for the next page, which says what came of it and has the focus."""
    page.evaluate(PAINTED)
    page.locator("main").evaluate("main => main.dataset.left = ''")
    hands = Hands(page)
    decide(hands)
    page.locator("main:not([data-left])").wait_for()
    page.wait_for_load_state()
    said = page.get_by_role("status").inner_text()
    assert "Merged" in said or "Kept as" in said
    page.wait_for_function("document.activeElement.id === 'main'")
    page.wait_for_function("document.getElementById('announcer').textContent.match(/Merged|Kept as/)")
    return hands.keys


def test_twenty_near_matches_are_cleared_with_letters_alone_at_three_keys_or_fewer(twenty, address, page):
    sign_in(page, address)
    page.evaluate(PAINTED)
    page.keyboard.press("j")
    page.get_by_role("heading", name="Near match", exact=False).first.wait_for()
    counted = []
    for at in range(TWENTY):
        letters = ("m", "p", "Escape", "m") if at in WARNED else (("m", "n", "t")[at % 3],)
        counted.append(deciding(page, lambda hands, letters=letters: hands.press(*letters)))
    page.get_by_role("heading", name="Nothing left in this list").wait_for()
    assert median(counted) <= 3
    assert max(counted) <= 4


def test_five_near_matches_are_cleared_with_tab_enter_and_space_alone(twenty, site, address, page):
    person = site.sign_in("tx.admin")
    person.get("/settings")
    person.send("/settings", shortcuts="off")
    sign_in(page, address)
    Hands(page).tab_to("Start with the first")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Near match", exact=False).first.wait_for()
    counted = []
    for at in range(5):
        name = ("Different children", "Twins or siblings")[at % 2]

        def decide(hands, name=name, at=at):
            hands.tab_to("Go to the decision")
            hands.press("Enter")
            hands.tab_to(name)
            hands.press(("Enter", "Space")[at % 2])

        counted.append(deciding(page, decide))
    assert max(counted) <= 20, counted
