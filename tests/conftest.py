"""Fixtures that every test may use: both databases, a browser, and a clean environment.

    sqlite_url, postgres_url   an empty database
    empty_database_url         an empty database, once on SQLite and once on PostgreSQL
    database_url               the same two, with the tables of the newest migration
    browser, new_page, page    Chromium; a page that fails its test on any console error, blocked or failed request
    world_url, site            the world of ui_helpers: a database filled with it, and the application on that
    free_port                  a port that nobody listens on
    page_problems              what a page complained of; a test that provokes an error allows it by a part of its text

What a test needs and the machine lacks is a failure, never a skip: a skipped test fails the run as well.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.database_fixtures", "tests.browser_fixtures", "tests.ui_fixtures"]

# Settings of the person who runs the tests must not change what is tested.
for _name in [name for name in os.environ if name.startswith("NEARMATCH_")]:
    del os.environ[_name]

# A shared machine is slow at times: examples have no deadline. CI always tries the same examples.
settings.register_profile("local", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what did not run; under xdist the reports of all workers arrive here."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A whole file can be skipped while it is read."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing is skipped: a test that cannot run is a test that failed."""
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were skipped, and that this failed the run."""
    for nodeid in sorted(set(_skipped)):
        terminalreporter.write_line(f"SKIPPED IS FAILED: {nodeid}")
