"""The focus is never lost: after whatever one presses it is on the page that comes, where one goes on reading."""

import pytest

from tests.test_browser_pages import PAINTED, sign_in
from tests.test_browser_pages import address as address  # noqa: PLC0414 - a fixture
from tests.ui_helpers import follow

pytestmark = pytest.mark.browser


def focused(page):
    """Wait until the new page has settled; the id of what has the focus, or its words."""
    page.evaluate(PAINTED)
    page.wait_for_function("document.activeElement !== document.body && document.activeElement.closest('main')")
    return page.evaluate("document.activeElement.id || document.activeElement.innerText")


def test_lists_filters_and_searches_keep_the_focus(address, page):
    sign_in(page, address)
    follow(page.get_by_role("link", name="All of Texas"))
    assert focused(page)
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Order").select_option("oldest")
    follow(page.get_by_role("button", name="Show", exact=True))
    assert focused(page)
    page.get_by_label("Item number, student ID or State student ID").fill("999999")
    follow(page.get_by_role("button", name="Find"))
    assert focused(page)
    follow(page.get_by_role("link", name="Search", exact=True))
    assert focused(page) == "name"
    page.get_by_label("Name", exact=True).fill("lopez")
    follow(page.get_by_role("main").get_by_role("button", name="Search"))
    assert focused(page)


def test_what_one_does_on_the_review_page_keeps_the_focus(address, page, page_problems):
    page_problems.allow("status of 400")
    sign_in(page, address)
    page.goto(f"{address}/items/2")
    follow(page.get_by_role("button", name="Take it"))
    assert focused(page)
    page.locator("summary", has_text="What the merge does").click()
    follow(page.get_by_role("button", name="Show what this choice does"))
    assert focused(page)
    page.locator("summary", has_text="Need information").click()
    follow(page.get_by_role("button", name="Ask, and let the item wait"))
    assert focused(page) == "asked", "refused: the first field of what was pressed"
    follow(page.get_by_role("button", name="Different children"))
    assert focused(page) == "main"
    page.wait_for_function("document.getElementById('announcer').textContent.includes('Kept as')")
    assert "Undo" not in page.locator("#announcer").inner_text()
    follow(page.get_by_role("button", name="Undo"))
    assert focused(page) == "main"


def test_back_and_forward_of_the_browser_keep_the_focus(address, page):
    sign_in(page, address)
    follow(page.get_by_role("rowheader").get_by_role("link").first)
    page.locator("main").evaluate("main => main.dataset.left = ''")
    page.go_back()
    page.locator("main:not([data-left])").wait_for()
    page.wait_for_load_state()
    page.get_by_role("heading", name="Worklist").wait_for()
    assert focused(page)


def test_a_dialog_gives_the_focus_back_to_what_opened_it(address, page):
    sign_in(page, address)
    opener = page.get_by_role("button", name="Keys", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Keys").wait_for()
    page.keyboard.press("Escape")
    assert opener.evaluate("button => button === document.activeElement")
