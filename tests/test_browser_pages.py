"""Every page in Chromium: no accessibility fault, no sideways scrolling, no complaint, at a desk and on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.ui_helpers import PASSWORD, START, follow, served

pytestmark = pytest.mark.browser

DESK, TELEPHONE = {"width": 1280, "height": 900}, {"width": 400, "height": 800}


@pytest.fixture
def address(site):
    with served(site.app) as address:
        yield address


def sign_in(page, address, username="tx.admin"):
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in"))
    page.get_by_role("heading", name="Worklist").wait_for()


def assert_sound(page):
    """At a desk and on a telephone: nothing that axe finds, best practices included, and nothing wider than the window."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    for viewport in (TELEPHONE, DESK):
        page.set_viewport_size(viewport)
        # Without `preload` axe does not fetch and inline the imported style sheet, which our policy would block.
        found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
        assert page.evaluate(INVISIBLE_BUTTONS) == []


# Chromium drops keys that are pressed before a page was painted for the first time.
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

# axe leaves text out that has exactly the colour of what it stands on.
INVISIBLE_BUTTONS = """
    [...document.querySelectorAll('.usa-button')]
        .filter(button => getComputedStyle(button).color === getComputedStyle(button).backgroundColor)
        .map(button => button.innerText)
"""


def test_the_pages_of_an_administrator_are_sound(site, address, page, page_problems):
    page_problems.allow("status of 404")
    page.goto(f"{address}/sign-in")
    assert_sound(page)
    sign_in(page, address)
    site.sign_in("tx.admin").decide(3, "twins")
    for path in (
        "/worklist",
        "/worklist?status=superseded",
        "/worklist?list=jurisdiction&guard=GUARD-MB",
        "/bulk",
        "/items/1",
        "/items/2",
        "/items/3",
        "/items/4",
        "/nowhere",
    ):
        page.goto(address + path)
        assert_sound(page)
    page.goto(f"{address}/items/3")
    follow(page.get_by_role("link", name="Take the decision back"))
    assert_sound(page)
    page.goto(f"{address}/password")
    assert_sound(page)


def test_search_and_student_are_sound(address, page):
    sign_in(page, address)
    follow(page.get_by_role("link", name="Search"))
    assert_sound(page)
    page.get_by_label("Name", exact=True).fill("lopez")
    follow(page.get_by_role("button", name="Search"))
    assert page.get_by_role("status").text_content().strip() == "2 records found"
    assert_sound(page)
    follow(page.get_by_role("main").get_by_role("link").first)
    page.get_by_role("heading", name="Consolidated record").wait_for()
    assert_sound(page)


def test_messages_are_sound(site, address, page, page_problems):
    """After a decision, after a refused one, and when somebody was faster."""
    page_problems.allow("status of 400")
    page_problems.allow("status of 409")
    sign_in(page, address)
    page.goto(f"{address}/items/1")
    follow(page.get_by_role("button", name="Need more information"))
    assert "Say in the note" in page.get_by_role("alert").text_content()
    assert_sound(page)
    site.sign_in("tx.second").decide(1, "same", note="Faster")
    page.get_by_label("Note").fill("My reasons")
    follow(page.get_by_role("button", name="Different children"))
    assert "Somebody was faster" in page.get_by_role("alert").text_content()
    assert_sound(page)
    page.goto(f"{address}/items/2")
    follow(page.get_by_role("button", name="Same child"))
    assert "noted" in page.get_by_role("status").text_content()
    assert_sound(page)


def test_names_that_hold_markup_do_nothing(address, page):
    """The fixture fails the test if a script ran into the policy, or a request left the page."""
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    sign_in(page, address)
    page.goto(f"{address}/items/4")
    assert page.get_by_text("<script>alert(1)</script>").first.is_visible()
    assert page.locator("main img, main script").count() == 0
    assert dialogs == []


def test_the_first_view_weighs_less_than_250_kilobytes_and_the_next_less_than_30(address, browser):
    """As sent, compressed. In a context of its own: where requests are watched over, nothing is kept by the browser."""
    with browser.new_context() as context:
        page, sizes = context.new_page(), []
        page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
        sign_in(page, address)
        page.wait_for_load_state("networkidle")
        assert 50_000 < sum(sizes) < 250_000
        sizes.clear()
        page.goto(f"{address}/items/1")
        page.wait_for_load_state("networkidle")
        assert 5_000 < sum(sizes) < 30_000


def test_the_skip_link_comes_first_and_leads_to_the_page(address, page):
    sign_in(page, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_three_items_are_decided_by_keyboard_alone(site, address, page):
    """After each decision the way to the next item has the focus."""
    sign_in(page, address)
    page.goto(f"{address}/items/1")
    for _ in range(3):
        page.get_by_role("button", name="Different children").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Next near match" in page.evaluate("document.activeElement.textContent")
        page.evaluate(PAINTED)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.get_by_role("heading", name="Your decision").wait_for()
        page.evaluate(PAINTED)
    assert site.sign_in("tx.admin").get("/worklist?status=applied").text.count("<tr") == 1 + 3
    assert site.clock() == START
