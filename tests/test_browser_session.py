"""The session warns before it ends, and one press keeps it (WCAG 2.2.1); what was typed stays on the page."""

import pytest

from tests.test_browser_pages import address, sign_in
from tests.ui_helpers import START

pytestmark = pytest.mark.browser

__all__ = ["address"]  # a fixture

MINUTES = 30  # of rules/policy.yaml


@pytest.fixture
def waiting(page, address):
    """A review page with something typed, on a clock that stands still; `page.clock` turns it."""
    sign_in(page, address)
    page.clock.install(time=START)
    page.goto(f"{address}/items/1")
    page.locator("#note").fill("My reasons")
    return page


def wait(page, minutes, seconds=0):
    page.clock.fast_forward((minutes * 60 + seconds) * 1000)


def test_the_dialog_comes_two_minutes_before_the_end_with_the_focus_on_the_button(waiting):
    dialog = waiting.get_by_role("dialog", name="Are you still there?")
    wait(waiting, MINUTES - 3)
    assert not dialog.is_visible()
    wait(waiting, 1)
    assert dialog.is_visible()
    stay = dialog.get_by_role("button", name="Stay signed in")
    assert stay.evaluate("button => button === document.activeElement")


def test_one_press_keeps_the_session_and_everything_on_the_page(waiting, site):
    dialog = waiting.get_by_role("dialog", name="Are you still there?")
    for _ in range(2):
        site.clock.advance(minutes=MINUTES - 2)
        wait(waiting, MINUTES - 2)
        with waiting.expect_response("**/stay") as answer:
            waiting.keyboard.press("Enter")
        assert answer.value.ok
        dialog.wait_for(state="hidden")
        assert waiting.locator("#note").input_value() == "My reasons"
        assert waiting.evaluate("document.activeElement.id") == "note"
    waiting.reload()
    assert waiting.get_by_role("heading", name="Near match 1").is_visible()


def test_whoever_comes_too_late_is_told_and_comes_back_to_the_page(waiting, site):
    wait(waiting, MINUTES - 2)
    site.clock.advance(minutes=MINUTES + 1)
    waiting.get_by_role("button", name="Stay signed in").click()
    waiting.get_by_text("Your session has ended.").wait_for()
    assert waiting.url.endswith("/sign-in?next=/items/1&ended=1")


def test_nothing_of_a_child_stays_on_the_screen_when_nobody_has_come(waiting, site):
    site.clock.advance(minutes=MINUTES + 1)
    wait(waiting, MINUTES, seconds=2)
    waiting.get_by_text("Your session has ended.").wait_for()
    assert waiting.url.endswith("/sign-in?next=/items/1&ended=1")


def test_without_script_the_footer_says_when_the_session_ends(new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("tx.admin")
    page.get_by_label("Password").fill("four unrelated words walk")
    page.get_by_role("button", name="Sign in").click()
    assert f"ends after {MINUTES} minutes without a click" in page.get_by_role("contentinfo").inner_text()
