"""The whole way in Chromium: Texas proposes, Washington validates, Texas undoes. Without JavaScript, and as `make run` serves it."""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.paths import ROOT
from tests.ui_helpers import PASSWORD, follow, served

pytestmark = pytest.mark.browser

OWN = "a garden of seven stones"


def sign_in(page, address, username, password):
    """As a newcomer does: a one-time password leads to the choice of one's own."""
    page.goto(address)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    follow(page.get_by_role("button", name="Sign in"))
    if page.get_by_role("heading", name="Choose a password").is_visible():
        page.get_by_label("Password you have now").fill(password)
        page.get_by_label("New password", exact=True).fill(OWN)
        page.get_by_label("New password once more").fill(OWN)
        follow(page.get_by_role("button", name="Keep this password"))
    page.get_by_role("heading", name="Worklist").wait_for()


def merge_validate_and_undo(texas, washington):
    """From two open worklists to a merge and back; fails where a page does not say what it should."""
    row = (
        texas.get_by_role("row")
        .filter(has=texas.get_by_text("TX", exact=True))
        .filter(has=texas.get_by_text("WA", exact=True))
    )
    link = row.get_by_role("rowheader").get_by_role("link").first
    name = link.text_content()
    follow(link)
    assert texas.get_by_role("heading", name="What speaks for one child").first.is_visible()
    assert texas.get_by_role("heading", name="What speaks against it").first.is_visible()
    texas.get_by_label("Note").fill("Mother confirmed by telephone.")
    texas.get_by_label("Reason").select_option("parent")
    follow(texas.get_by_role("button", name="Merge 2 records into"))
    assert "waits for a" in texas.get_by_role("status").text_content()
    follow(texas.get_by_role("status").get_by_role("link").first)
    assert texas.get_by_role("button", name="Withdraw").is_visible()

    follow(washington.get_by_role("link", name="Waiting for validation"))
    follow(washington.get_by_role("link", name=name, exact=True))
    assert washington.get_by_text("Mother confirmed by telephone.").count() == 0
    follow(washington.get_by_role("button", name="Same child"))
    assert "Merged." in washington.get_by_role("status").text_content()
    assert washington.get_by_text("Mother confirmed by telephone.").is_visible()

    texas.reload()
    students = texas.get_by_role("link", name=re.compile(r"^Student \d{4} \d{4} \d{4}$"))
    assert students.count() == 1
    follow(students)
    records = texas.locator("article")
    assert records.count() >= 2
    follow(texas.get_by_role("link", name="Undo this merge"))
    assert texas.get_by_text("each record goes back to the student it belonged to before").is_visible()
    follow(texas.get_by_role("button", name="Undo this merge"))
    assert "The decision is undone" in texas.get_by_role("status").text_content()
    assert texas.get_by_role("button", name="Merge").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_texas_proposes_washington_validates_and_texas_undoes(site, new_page, script):
    with served(site.app) as address:
        texas, washington = new_page(java_script_enabled=script), new_page(java_script_enabled=script)
        sign_in(texas, address, "tx.admin", PASSWORD)
        sign_in(washington, address, "wa.admin", PASSWORD)
        merge_validate_and_undo(texas, washington)


@pytest.fixture
def demo(tmp_path, free_port):
    """`nearmatch demo` in a process of its own: its address and the one-time passwords that it printed."""
    command = [sys.executable, "-m", "linkage.cli", "demo", "--port", str(free_port), "--data", str(tmp_path / "var")]
    with subprocess.Popen(
        [*command, "--records", "400"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        yield "".join(said)
        process.send_signal(signal.SIGINT)
        process.communicate()
        assert process.returncode == 0


def test_what_make_run_serves_leads_a_newcomer_through_the_same_journey(demo, new_page):
    address = re.search(r"Near Match is at (http://127\.0\.0\.1:\d+)", demo)
    assert address, demo
    passwords = dict(re.findall(r"^  ([a-z.]+) +([a-z0-9-]{24}) ", demo, re.MULTILINE))
    assert set(passwords) == {"tx.admin", "tx.second", "wa.admin", "weslaco", "reviewer", "primary"}
    texas, washington = new_page(), new_page()
    sign_in(texas, address[1], "tx.admin", passwords["tx.admin"])
    sign_in(washington, address[1], "wa.admin", passwords["wa.admin"])
    merge_validate_and_undo(texas, washington)
    assert os.environ.get("NEARMATCH_DATABASE_URL") is None
