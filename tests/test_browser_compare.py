"""The comparison in Chromium: letters open what agrees and what was sent, a masked value comes with the focus on it."""

import pytest

from tests.test_browser_pages import PAINTED, TELEPHONE, address, assert_sound, sign_in
from tests.test_ui_compare import masked_person
from tests.ui_helpers import follow

pytestmark = pytest.mark.browser

__all__ = ["address"]  # a fixture


def test_letters_open_what_agrees_and_show_values_as_sent(address, page):
    sign_in(page, address)
    page.goto(f"{address}/items/1")
    page.evaluate(PAINTED)
    page.keyboard.press("a")
    page.get_by_role("row", name="Sex Female").wait_for()
    stored = page.locator(".nm-as-stored").first
    assert stored.is_visible()
    page.keyboard.press("r")
    assert page.get_by_label("Values as the State wrote them").is_checked()
    assert not stored.is_visible()


def test_a_masked_page_is_sound_and_a_value_comes_with_the_focus_on_it(site, address, page):
    masked_person(site)
    sign_in(page, address, "masked")
    page.goto(f"{address}/items/1")
    assert_sound(page)
    follow(page.get_by_role("button", name="Show Birth Date, Record 1"))
    page.wait_for_function("document.activeElement.tagName === 'TD'")
    assert "2012" in page.evaluate("document.activeElement.innerText")


def test_the_longest_comparison_fits_a_telephone(address, page):
    page.set_viewport_size(TELEPHONE | {"width": 320})
    sign_in(page, address)
    page.goto(f"{address}/items/2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("td.nm-cell").first.bounding_box()["width"] <= 320
