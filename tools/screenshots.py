"""Pictures of every screen for docs/ui.md, at a desk and on a telephone, in light and in dark colours.

    python -m tools.screenshots                # all, into docs/images
    python -m tools.screenshots review groups  # some of them

The world is that of the tests (`tests/ui_states.py`): invented, always the same, with a clock that stands still. So a picture changes
only when its screen does, the number of an error apart.
"""

import argparse
import base64
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser_fixtures import FLAGS
from tests.ui_helpers import served
from tests.ui_states import State, sign_in, states
from tests.ui_states_world import fill_states, opened

FOLDER = Path(__file__).parent.parent / "docs" / "images"
WIDTHS = {"desk": 1280, "telephone": 400}
COLORS = ("light", "dark")
WINDOW, TALLEST = 900, 1800  # pixels; what comes below is more of the same
QUALITY = 40  # of WebP: text stays sharp, and all pictures together stay below six megabytes

# Screen -> the state that shows most of it.
SCREENS = {
    "sign-in": "sign-in",
    "password": "password-refused",
    "worklist": "worklist-jurisdiction",
    "worklist-filters": "worklist-folds",
    "worklist-found": "worklist-found",
    "review": "review-two",
    "review-unfolded": "review-two-unfolded",
    "review-five": "review-five",
    "review-second-look": "review-blind",
    "review-conflict": "review-conflict",
    "review-masked": "review-masked",
    "review-end": "review-end",
    "groups": "groups-preview",
    "undo": "undo",
    "birth-date": "birth-date-midway",
    "bulk": "bulk",
    "bulk-class": "bulk-preview",
    "bulk-batch": "bulk-batch",
    "student": "student",
    "flag-merge": "flag-merge-preview",
    "search": "search-found",
    "add": "add-found",
    "settings": "settings",
    "keys": "keys",
    "error": "error-404",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take pictures of the screens.")
    parser.add_argument("screens", nargs="*", metavar="screen", help=f"of {', '.join(SCREENS)}; all if none is named")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    unknown = [name for name in chosen.screens if name not in SCREENS]
    if unknown:
        parser.error(f"there is no screen {unknown[0]}")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        taken = take(chosen.screens or list(SCREENS), chosen.folder, browser)
        browser.close()
    print(f"{len(taken)} pictures, {sum(one.stat().st_size for one in taken) / 1e6:.1f} MB, in {chosen.folder}")


def take(screens: Sequence[str], folder: Path, browser: Browser) -> list[Path]:
    """The pictures of these screens; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with _studio(browser) as studio:
        for screen in screens:
            page = studio.reach(SCREENS[screen])
            for view, width in WIDTHS.items():
                for colors in COLORS:
                    page.emulate_media(color_scheme=colors, reduced_motion="reduce")  # type: ignore[arg-type] # a literal
                    taken.append(folder / picture(screen, view, colors))
                    taken[-1].write_bytes(_photograph(page, width))
    return taken


def picture(screen: str, view: str, colors: str) -> str:
    """The name of a file."""
    return f"{screen}-{view}-{colors}.webp"


@dataclass
class _Studio:
    """The world on a server, and a page for each person, who signs in once."""

    browser: Browser
    address: str
    states: dict[str, State]
    pages: dict[str, Page]

    def reach(self, name: str) -> Page:
        """The page in this state, at a desk."""
        state = self.states[name]
        if state.user not in self.pages:
            self.pages[state.user] = page = self.browser.new_page()
            if state.user:
                sign_in(page, self.address, state.user)
        page = self.pages[state.user]
        page.set_viewport_size({"width": WIDTHS["desk"], "height": WINDOW})
        state.reach(page, self.address)
        page.evaluate("document.fonts.ready")
        return page


@contextmanager
def _studio(browser: Browser) -> Iterator[_Studio]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'world.sqlite3'}"
        places = fill_states(url, Path(folder))
        with opened(url) as world, served(world.app) as address:
            studio = _Studio(browser, address, {state.name: state for state in states(places)}, {})
            yield studio
            for page in studio.pages.values():
                page.context.close()


def chromium() -> str:
    """Where it is installed."""
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemExit("Chromium is not installed. `make setup` installs it as root; or: apt-get install chromium")
    return executable


def _photograph(page: Page, width: int) -> bytes:
    """The page as if the window were as tall; as WebP, which Playwright itself does not offer."""
    page.set_viewport_size({"width": width, "height": WINDOW})
    tall: int = page.evaluate("document.querySelector('dialog[open]') ? 0 : document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(TALLEST, max(WINDOW, tall))})
    session = page.context.new_cdp_session(page)
    found = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    return base64.b64decode(found["data"])


if __name__ == "__main__":
    main()
