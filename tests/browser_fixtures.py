"""Chromium for tests, and pages that fail their test when anything goes wrong in them. Loaded by conftest.py."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, sync_playwright

FLAGS = [
    "--no-sandbox",  # Chromium's own sandbox does not start as root; these pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
ARTIFACTS = Path(__file__).parent.parent / "test-artifacts"

# A violation of the page's security policy becomes a console error, which fails the test.
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", event =>
    console.error(`security policy: ${event.violatedDirective} blocked ${event.blockedURI} ${event.sourceFile}`))"""


@dataclass  # no slots: Playwright remembers a bound method on its object
class PageProblems:
    """What the pages of one test complained of."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, part: str) -> None:
        """A problem with `part` in its text is wanted: `allow("status of 409")`."""
        self.allowed.append(part)

    def unexpected(self) -> list[str]:
        """The problems that nobody allowed."""
        return [problem for problem in self.seen if not any(part in problem for part in self.allowed)]

    def watch(self, page: Page) -> None:
        """Listen to one page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.on("requestfailed", self._request_failed)

    def block(self, route: Route) -> None:
        """Refuse every request that leaves this machine, and remember that it was made."""
        address = urlsplit(route.request.url)
        if address.scheme in {"data", "blob", "about"} or address.hostname in LOOPBACK:
            route.continue_()
        else:
            self.seen.append(f"request to another machine: {route.request.url}")
            route.abort()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request_failed(self, request: Request) -> None:
        # ERR_ABORTED: the page was left while something was still on its way, or a download began.
        if request.failure != "net::ERR_ABORTED":
            self.seen.append(f"request failed: {request.url}: {request.failure}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; one a worker."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("Chromium is not installed. `make test` installs it as root; or: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page_problems() -> PageProblems:
    """The problems of this test's pages."""
    return PageProblems()


@pytest.fixture
def new_page(
    browser: Browser, page_problems: PageProblems, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Make a page in a context of its own, as another person's browser would be. Options go to the context."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.route("**/*", page_problems.block)
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page_problems.watch(page)
        return page

    yield make
    unexpected = page_problems.unexpected()
    if unexpected or request.node.stash.get(FAILED, False):
        _keep_screenshots(contexts, request.node.nodeid)
    for context in contexts:
        context.close()
    if unexpected:
        pytest.fail("the page complained:\n" + "\n".join(unexpected))


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page; `new_page()` makes more."""
    return new_page()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Leave the outcome on the test, for the screenshots."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def _keep_screenshots(contexts: list[BrowserContext], nodeid: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", nodeid).strip("-")
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=ARTIFACTS / f"{name}-{number}.png", full_page=True)
