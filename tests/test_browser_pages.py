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
    assert page.get_by_role("status").text_content().strip() == "2 students found"
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
    page.locator("summary", has_text="Need information").click()
    follow(page.get_by_role("button", name="Ask, and let the item wait"))
    assert "Say in the note" in page.get_by_role("alert").text_content()
    assert_sound(page)
    site.sign_in("tx.second").decide(1, "same", note="Faster")
    page.get_by_label("Note").fill("My reasons")
    follow(page.get_by_role("button", name="Different children"))
    assert "Somebody was faster" in page.get_by_role("alert").text_content()
    assert_sound(page)
    page.goto(f"{address}/items/2")
    page.get_by_label("Reason").select_option("parent")
    follow(page.get_by_role("button", name="Merge 3 records into"))
    assert "waits for a Washington administrator" in page.get_by_role("status").text_content()
    assert_sound(page)
    for item in (3, 4):
        page.goto(f"{address}/items/{item}")
        follow(page.get_by_role("button", name="Different children"))
    page.get_by_role("heading", name="Nothing left in this list").wait_for()
    assert_sound(page)


def test_the_second_look_and_the_undo_are_sound(site, address, page):
    site.sign_in("tx.admin").decide(1, "same")
    sign_in(page, address, "wa.admin")
    page.goto(f"{address}/items/1")
    page.get_by_role("heading", name="Your own answer").wait_for()
    assert_sound(page)
    follow(page.get_by_role("button", name="Same child"))
    assert "The first answer, by Teresa Xavier" in page.get_by_role("status").text_content()
    assert_sound(page)
    site.clock.advance(minutes=1)
    follow(page.get_by_role("button", name="Undo"))
    page.get_by_role("heading", name="What has happened since").wait_for()
    assert_sound(page)


def test_a_server_that_does_not_answer_is_told_in_words(address, page, page_problems):
    page_problems.allow("ERR_FAILED")
    page_problems.allow("Failed to fetch")
    sign_in(page, address)
    page.goto(f"{address}/items/1")
    page.get_by_label("Note").fill("My reasons")
    page.route("**/items/*", lambda route: route.abort())
    page.get_by_role("button", name="Different children").click()
    page.locator("#no-answer").get_by_text("The server could not be reached").wait_for()
    assert page.get_by_label("Note").input_value() == "My reasons"


def test_names_that_hold_markup_do_nothing(address, page):
    """The fixture fails the test if a script ran into the policy, or a request left the page."""
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    sign_in(page, address)
    page.goto(f"{address}/items/4")
    assert page.get_by_text("<script>alert(1)</script>").first.is_visible()
    assert page.locator("main img, main script").count() == 0
    assert dialogs == []


def test_the_first_view_weighs_less_than_250_kilobytes(address, browser):
    """As sent, compressed. In a context of its own: where requests are watched over, nothing is kept by the browser."""
    with browser.new_context() as context:
        page, sizes = context.new_page(), []
        page.on("requestfinished", lambda request: sizes.append(max(0, request.sizes()["responseBodySize"])))
        sign_in(page, address)
        page.wait_for_load_state("networkidle")
        assert 50_000 < sum(sizes) < 250_000


def test_the_skip_link_comes_first_and_leads_to_the_page(address, page):
    sign_in(page, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def press(page, key):
    """Press a key, and wait for the page it leads to."""
    page.evaluate(PAINTED)
    page.locator("main").evaluate("main => main.dataset.left = ''")
    page.keyboard.press(key)
    page.locator("main:not([data-left])").wait_for()
    page.wait_for_load_state()


def test_three_items_are_decided_by_one_key_each_and_the_last_is_undone_by_another(site, address, page):
    sign_in(page, address)
    page.goto(f"{address}/items/1")
    for item, key in ((1, "n"), (2, "t"), (3, "n")):
        page.get_by_role("heading", name=f"Near match {item}").wait_for()
        press(page, key)
        assert "Kept as" in page.get_by_role("status").text_content()
    press(page, "z")
    page.get_by_role("heading", name="Near match 3").wait_for()
    assert "The item is open again." in page.get_by_role("status").text_content()
    assert site.clock() == START


def test_three_items_are_decided_by_keyboard_with_keys_switched_off(site, address, page):
    """With Tab and Enter alone: the way to the decision comes soon after the beginning of the page."""
    person = site.sign_in("tx.admin")
    person.get("/settings")
    person.send("/settings", shortcuts="off")
    sign_in(page, address)
    page.goto(f"{address}/items/1")
    page.keyboard.press("n")
    for item in (1, 2, 3):
        page.get_by_role("heading", name=f"Near match {item}").wait_for()
        page.get_by_role("button", name="Different children").focus()
        press(page, "Enter")
        assert "Kept as" in page.get_by_role("status").text_content()
        assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.get_by_role("button", name="Undo").evaluate("button => button === document.activeElement")


def test_a_key_that_needs_more_opens_the_form_and_goes_to_its_first_field(site, address, page):
    person = site.sign_in("tx.admin")
    person.get("/settings")
    person.send("/settings", shortcuts="on", **{"key-information": "i"})
    sign_in(page, address)
    page.goto(f"{address}/items/2")
    page.evaluate(PAINTED)
    page.keyboard.press("i")
    assert page.evaluate("document.activeElement.id") == "asked"
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    assert not page.get_by_label("Record 3, Washington").is_checked()
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.id") == "reason", "a warning: the merge asks for a reason first"
    page.get_by_label("Reason").select_option("parent")
    page.keyboard.press("Escape")
    press(page, "m")
    assert "waits" in page.get_by_role("status").text_content() or "Merged" in page.get_by_role("status").text_content()
