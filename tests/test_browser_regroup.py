"""The why panel and the board in Chromium: by keys alone, by dragging, and without script."""

import pytest

from tests.test_browser_pages import PAINTED, address, assert_sound, sign_in  # noqa: F401 - `address` is a fixture
from tests.ui_helpers import PASSWORD, follow

pytestmark = pytest.mark.browser


def cards(page, child):
    """The numbers of the records that stand with a child."""
    return page.locator(f"[data-pile={child}] .nm-piece__number").all_text_contents()


def test_three_records_become_two_children_with_six_keys(page, address):  # noqa: F811
    sign_in(page, address)
    page.goto(f"{address}/items/2")
    page.evaluate(PAINTED)
    page.keyboard.press("s")
    page.get_by_role("heading", name="Which record is which child?").wait_for()
    assert cards(page, "A") == ["1", "2", "3"]
    page.keyboard.press("3")
    page.keyboard.press("b")
    assert (cards(page, "A"), cards(page, "B")) == (["1", "2"], ["3"])
    assert page.locator("#announcer").text_content() == "Record 3: Child B"
    page.keyboard.press("s")
    page.get_by_role("heading", name="What happens").wait_for()
    page.wait_for_function("document.activeElement.id === 'save'")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="The split waits for").wait_for()


def test_a_card_is_dragged_to_another_child_and_the_old_preview_goes(page, address):  # noqa: F811
    page.set_viewport_size({"width": 1280, "height": 1600})  # nothing scrolls under the mouse
    sign_in(page, address)
    page.goto(f"{address}/items/2/groups")
    page.locator("#piece-2").drag_to(page.locator("[data-pile=B]"))
    assert (cards(page, "A"), cards(page, "B")) == (["1", "3"], ["2"])
    assert page.locator("#piece-2 input:checked").get_attribute("value") == "B"
    assert page.locator("[data-pile=C]").is_visible()
    follow(page.get_by_role("button", name="See what happens"))
    assert page.locator("[data-preview]").is_visible()
    page.locator("#piece-2").get_by_label("Child C").check()
    assert page.locator("[data-preview]").count() == 0


def test_without_script_the_letters_do_the_same(new_page, address):  # noqa: F811
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("tx.admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{address}/items/2/groups")
    page.locator("#piece-3").get_by_label("Child B").check()
    page.get_by_role("button", name="See what happens").click()
    assert (cards(page, "A"), cards(page, "B")) == (["1", "2"], ["3"])
    page.get_by_role("button", name="Propose: 2 children").click()
    assert page.get_by_text("The split waits for").first.is_visible()


def test_the_letter_of_why_leads_to_the_panel_and_a_link_of_the_graph_opens_its_pair(page, address):  # noqa: F811
    sign_in(page, address)
    page.goto(f"{address}/items/2")
    page.evaluate(PAINTED)
    page.keyboard.press("w")
    assert page.evaluate("document.activeElement.id") == "why-title"
    pair = page.locator("details", has=page.locator("#why-record2-record3"))
    assert pair.get_attribute("open") is None
    page.get_by_role("link", name="Records 2 and 3").click()
    page.locator("#why-record2-record3").get_by_text("What speaks against it").wait_for()


@pytest.mark.parametrize("path", ["/items/2", "/items/2/groups"])
def test_why_and_board_have_no_accessibility_fault(page, address, path):  # noqa: F811
    sign_in(page, address)
    page.goto(f"{address}{path}")
    if path.endswith("groups"):
        page.locator("#piece-3").get_by_label("Child B").check()
        follow(page.get_by_role("button", name="See what happens"))
    assert_sound(page)
