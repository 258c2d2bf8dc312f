"""docs/ui.md shows every screen and names every component, and nothing that there is not; the command that takes the pictures works."""

import re
from pathlib import Path

import pytest

from tests.ui_states import states
from tests.ui_states_world import Places
from tools.screenshots import COLORS, FOLDER, SCREENS, WIDTHS, picture, take

PAGE = (FOLDER.parent / "ui.md").read_text(encoding="utf-8")
TEMPLATES = Path(__file__).parent.parent / "review_ui" / "templates"
MACRO = re.compile(r"\{%-? macro (\w+\(.*?\)) -?%\}")
PICTURES = {picture(screen, view, colors) for screen in SCREENS for view in WIDTHS for colors in COLORS}


def test_every_macro_of_the_components_is_described_and_no_other():
    told = {
        name: re.findall(r"^\| `(\w+\(.*?\))` \| \S", body, flags=re.MULTILINE)
        for name, body in re.findall(
            r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE.split("## Components")[1], re.MULTILINE | re.DOTALL
        )
    }
    there = {path.stem: MACRO.findall(path.read_text()) for path in sorted((TEMPLATES / "components").glob("*.html"))}
    assert told == there


def test_it_is_said_where_each_component_is_used():
    for name, user in re.findall(r"^\| `(\w+)\(.*\| `([\w/]+)`[^|]*\|$", PAGE, flags=re.MULTILINE):
        places = [TEMPLATES / f"{user}.html", TEMPLATES / "components" / f"{user}.html"]
        assert any(name in path.read_text() for path in places if path.exists()), (name, user)


def test_every_screen_is_shown_with_a_picture_that_exists_and_none_is_left_over():
    assert set(re.findall(r"images/([\w-]+\.webp)", PAGE)) == PICTURES
    assert {path.name for path in FOLDER.glob("*.webp")} == PICTURES
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 6_000_000


def test_every_screen_is_a_state_that_the_tests_know():
    known = {state.name for state in states(Places("", "", 0, 0, 0, 0, 0, "", ""))}
    assert set(SCREENS.values()) <= known


@pytest.mark.browser
def test_the_command_takes_the_pictures_of_a_screen(browser, tmp_path):
    taken = take(["sign-in"], tmp_path, browser)
    assert len(taken) == len(WIDTHS) * len(COLORS)
    assert all(path.read_bytes()[8:12] == b"WEBP" for path in taken)
