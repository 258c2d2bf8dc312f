"""WCAG 2.2 AA on every page in every state: what axe finds, in both colours; nothing wider than the window, nothing cut, at any width,
and no two things of one name. What each page weighs.

And what a screen reader says of the five pages that people spend their day on: the files of tests/read_aloud, one line a heading, table,
region, button or field, in the order of reading. Where a page is changed on purpose, the new file is in test-artifacts.
"""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser_fixtures import ARTIFACTS, REPORT_VIOLATIONS, PageProblems
from tests.paths import ROOT
from tests.test_browser_keyboard import SEEN
from tests.ui_helpers import served
from tests.ui_states import sign_in, states
from tests.ui_states_world import Places, fill_states, opened

pytestmark = pytest.mark.browser

NOWHERE = Places("", "", 0, 0, 0, 0, 0, "", "")
NAMES = [state.name for state in states(NOWHERE)]
DESK, TELEPHONE, ZOOMED = ({"width": width, "height": 800} for width in (1280, 400, 320))  # 320: 1280 at 400 %

EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What depends on colours and on the width; the rest is found once.
LOOKS = {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}

# Without `preload` axe does not fetch and inline the imported style sheet, which our policy would block.
AXE = """async rules => (await axe.run(document, {preload: false, resultTypes: ["violations"], runOnly: rules})).violations.flatMap(
    found => found.nodes.map(node => `${found.id}: ${node.target.join(" ")}: ${node.failureSummary}`))"""

# Wider than the window without a region of its own to scroll in; or hidden behind the edge of its box.
CUT = """() => {
    const faults = [];
    if (document.documentElement.scrollWidth > innerWidth) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const one of document.querySelectorAll("main *, header *, footer *, dialog[open] *")) {
        const style = getComputedStyle(one);
        if (!one.checkVisibility() || one.closest(".usa-sr-only, svg")) continue;
        const hides = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
        if (hides && one.textContent.trim()) faults.push(`cut: ${one.className || one.tagName}: ${one.textContent.trim().slice(0, 60)}`);
        const button = one.matches("button, select, input, summary, a");
        if (button && one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".nm-scroll")) faults.push(`outside: ${one.outerHTML.slice(0, 120)}`);
    }
    return faults;
}"""


# Links, buttons, folds and fields of one name that do different things or lead to different pages: read without its row, none says which it is.
REPEATED = """() => {
    const said = one => { const copy = one.cloneNode(true); copy.querySelectorAll("[aria-hidden]").forEach(part => part.remove()); return copy.textContent; };
    const names = {};
    for (const one of document.querySelectorAll("main :is(a[href], button, summary, select, textarea, input:not([type=hidden], [type=radio]))")) {
        const name = (one.ariaLabel ?? [one, ...one.labels ?? []].map(said).at(one.labels?.length ? 1 : 0)).trim().replace(/\\s+/g, " ");
        (names[`${one.localName} “${name}”`] ??= new Set()).add(one.pathname ?? one);
    }
    return Object.entries(names).filter(([name, all]) => all.size > 1).map(([name, all]) => `${all.size} times: ${name}`);
}"""


class Desk:
    """The world on a server, and a page for each person, who signs in once."""

    def __init__(self, browser, address, places):
        self.browser, self.address = browser, address
        self.states = {state.name: state for state in states(places)}
        self.pages, self.problems = {}, PageProblems()

    def reach(self, name):
        """The page in this state, at a desk and in light colours."""
        state = self.states[name]
        page = self.pages.get(state.user) or self._page(state.user)
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light")
        state.reach(page, self.address)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        return page

    def _page(self, user):
        context = self.browser.new_context()
        context.add_init_script(REPORT_VIOLATIONS)
        page = self.pages[user] = context.new_page()
        self.problems.watch(page)
        if user:
            sign_in(page, self.address, user)
        return page


@pytest.fixture(scope="module")
def desk(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("states")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    places = fill_states(url, folder)
    with opened(url) as world, served(world.app) as address:
        desk = Desk(browser, address, places)
        yield desk
        for page in desk.pages.values():
            page.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_no_fault_in_either_colour_and_fits_every_width(desk, name):
    page = desk.reach(name)
    faults = page.evaluate(AXE, EVERYTHING) + page.evaluate(CUT) + page.evaluate(REPEATED)
    page.set_viewport_size(TELEPHONE)
    faults += page.evaluate(CUT)
    page.set_viewport_size(ZOOMED)
    page.emulate_media(color_scheme="dark")
    faults += page.evaluate(AXE, LOOKS) + page.evaluate(CUT)
    assert faults == []
    desk.problems.allow("status of 4")
    desk.problems.allow("status of 500")
    assert desk.problems.unexpected() == []


@pytest.mark.parametrize("name", ["worklist-mine", "review-five", "review-masked", "search-found", "birth-date-midway"])
def test_wherever_tab_leads_the_focus_is_seen_and_nothing_lies_over_it(desk, name):
    page = desk.reach(name)
    page.get_by_role("link", name="Skip to the page").focus()
    hidden = []
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if not page.evaluate(SEEN):
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
    assert hidden == []


READ_ALOUD = ROOT / "tests" / "read_aloud"
LANDMARKS = "heading|table|caption|columnheader|region|navigation|complementary|search|group|status|alert|list|img"
CONTROLS = "button|combobox|checkbox|radio|textbox|link"


def read_aloud(page):
    """The names of landmarks, headings, tables and controls of the page, indented as they lie in each other."""
    lines = page.get_by_role("main").aria_snapshot().splitlines()
    told = (re.match(rf"( *)- '?((?:{LANDMARKS}|{CONTROLS}) \".*?)'?:?$", line) for line in lines)
    return "\n".join(f"{found[1]}{found[2]}" for found in told if found) + "\n"


@pytest.mark.parametrize(
    "name", ["worklist-jurisdiction", "review-two", "groups-preview", "birth-date-midway", "student"]
)
def test_a_screen_reader_says_what_each_thing_is_in_the_order_of_the_page(desk, name):
    told, file = read_aloud(desk.reach(name)), READ_ALOUD / f"{name}.txt"
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / file.name).write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8")


MAIN = (
    "sign-in", "worklist-mine", "worklist-jurisdiction", "bulk", "bulk-preview", "review-two", "review-five", "groups", "groups-preview",
    "birth-date-midway", "student", "search-found", "add-found", "flag-merge-preview", "settings",
)  # fmt: skip
LIGHT = 30_000  # bytes as sent, compressed


@pytest.mark.parametrize("name", MAIN)
def test_after_the_first_page_none_weighs_more_than_30_kilobytes(desk, name):
    """With the page before it, where it takes one to come there. What the browser has kept is not sent again."""
    page, sizes = desk.reach(name), []
    note = lambda request: sizes.append(max(0, request.sizes()["responseBodySize"]))  # noqa: E731
    page.wait_for_load_state("networkidle")
    page.on("requestfinished", note)
    desk.reach(name)
    page.wait_for_load_state("networkidle")
    page.remove_listener("requestfinished", note)
    assert 1_000 < sum(sizes) < LIGHT


@pytest.mark.parametrize("media", ["forced-colors", "reduced-motion", "print"])
def test_forced_colors_still_motion_and_paper_lose_nothing(desk, media):
    page = desk.reach("review-flash")
    seen = {
        "forced-colors": {"forced_colors": "active"},
        "reduced-motion": {"reduced_motion": "reduce"},
        "print": {"media": "print", "color_scheme": "dark"},
    }
    page.emulate_media(**seen[media])
    if media == "forced-colors":
        current, other = (
            page.locator(one).first.evaluate("tab => getComputedStyle(tab).borderBottomColor")
            for one in (".nm-nav a[aria-current]", ".nm-nav a:not([aria-current])")
        )
        assert current != other
    elif media == "reduced-motion":
        assert not page.locator(".nm-countdown").is_visible()
    else:
        assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(27, 27, 27)"
        assert page.get_by_role("main").get_by_role("button").count() == 0
        assert not page.get_by_role("status").is_visible()
        assert page.get_by_role("table").first.is_visible()
    page.emulate_media(media="screen", forced_colors="none", reduced_motion="no-preference")
