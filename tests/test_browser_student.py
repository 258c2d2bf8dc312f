"""Birth dates, students and flags in Chromium: sound pages, a file that is saved, a page on paper with its own style."""

import pytest

from tests.birth_date_visits import CERTIFICATE, TEXAS_SAYS, ask
from tests.test_browser_pages import PAINTED, assert_sound, sign_in
from tests.test_ui_student import student_of
from tests.ui_helpers import follow, served

pytestmark = pytest.mark.browser


@pytest.fixture
def address(site):
    with served(site.app) as address:
        yield address


def test_a_birth_date_item_is_sound_before_and_after_it_is_settled(site, address, page, tmp_path):
    question = ask(site, tmp_path, texas=CERTIFICATE, washington=CERTIFICATE)
    question.saw(question.texas, "Texas", CERTIFICATE, TEXAS_SAYS)
    sign_in(page, address)
    page.goto(f"{address}/items/{question.item}")
    assert_sound(page)
    page.get_by_role("radio", name="evidence 1").check()
    page.get_by_label("Reason").select_option("parent")
    page.locator("#note-settle").fill("The mother says so.")
    follow(page.get_by_role("button", name="Settle the birth date"))
    assert page.get_by_role("status").text_content().strip() == "The birth date is settled."
    assert_sound(page)


def test_the_student_and_a_flag_are_sound(site, address, page):
    sign_in(page, address)
    page.goto(f"{address}/students/{student_of(site, 'T100')}")
    assert_sound(page)
    follow(page.get_by_role("link", name="Flag for merge"))
    page.get_by_label("Name").fill("Lupita")
    follow(page.locator("main").get_by_role("button", name="Search"))
    follow(page.get_by_role("link", name="Take this one"))
    assert page.get_by_role("heading", name="Side by side").is_visible()
    assert_sound(page)


def test_a_file_is_saved_and_the_page_to_print_has_its_style(site, address, page):
    sign_in(page, address)
    page.goto(f"{address}/students/{student_of(site, 'T100')}")
    page.evaluate(PAINTED)
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename.endswith(".csv")
    page.get_by_role("button", name="Print view").click()
    page.get_by_text("Confidential").wait_for()
    assert page.locator("body").evaluate("body => getComputedStyle(body).maxWidth") == "960px"
