"""Every page of the screens in every state that it can be in: for checks of access, and for pictures.

Each state says who looks and how to come there, and changes nothing, so that states can be looked at in any order and again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from linkage.identity.work_lists import WorkList
from tests.ui_helpers import PASSWORD, follow
from tests.ui_states_world import APPLIED, BLIND, CONFLICT, FIVE, SETTLED, THREE, TWO, Places

Reach = Callable[[Page, str], None]
ADMIN, OTHER, MASKED = "tx.admin", "wa.admin", "masked"


@dataclass(frozen=True)
class State:
    """`user`: who looks, "" for somebody who has not signed in. `reach(page, address)` brings the page there."""

    name: str
    user: str
    reach: Reach


def states(places: Places) -> tuple[State, ...]:
    return (*_doors(), *_lists(places), *_reviews(places), *_records(places), *_dialogs(), *_errors())


def sign_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in"))


def _at(path: str, *steps: Callable[[Page], None]) -> Reach:
    """Open an address, and do these things there."""

    def reach(page: Page, address: str) -> None:
        page.goto(address + path)
        for step in steps:
            step(page)

    return reach


def _press(name: str) -> Callable[[Page], None]:
    return lambda page: follow(page.get_by_role("main").get_by_role("button", name=name, exact=True))


def _fill(label: str, text: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("main").get_by_label(label, exact=True).fill(text)


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")


def _doors() -> tuple[State, ...]:
    refused = _at("/sign-in", _fill("User name", "nobody"), _fill("Password", "nothing"), _press("Sign in"))
    mistyped = (_fill("New password", "one"), _fill("New password once more", "two"), _press("Keep this password"))
    return (
        State("sign-in", "", _at("/sign-in")),
        State("sign-in-refused", "", refused),
        State("sign-in-ended", "", _at("/sign-in?ended=1")),
        State("password", "newcomer", _at("/")),
        State("password-refused", "newcomer", _at("/", _fill("Password you have now", PASSWORD), *mistyped)),
    )


def _lists(places: Places) -> tuple[State, ...]:
    number = "Item number, student ID or State student ID"
    shown = (one for one in WorkList if one is not WorkList.ANY)
    answer = f"{places.likeness}?answer=different"
    return (
        *(State(f"worklist-{one}", ADMIN, _at(f"/worklist?list={one}")) for one in shown),
        State("worklist-folds", ADMIN, _at("/worklist?list=jurisdiction&guard=GUARD-DOB", _unfold)),
        State("worklist-superseded", ADMIN, _at("/worklist?status=superseded")),
        State("worklist-empty", "or.admin", _at("/worklist")),
        State("worklist-found", ADMIN, _at("/worklist", _fill(number, f"P{SETTLED}"), _press("Find"))),
        State("worklist-found-none", ADMIN, _at("/worklist", _fill(number, "999999"), _press("Find"))),
        State("bulk", ADMIN, _at("/bulk")),
        State("bulk-none", "or.admin", _at("/bulk")),
        State("bulk-class", ADMIN, _at(places.likeness)),
        State("bulk-preview", ADMIN, _at(answer)),
        State("bulk-preview-sample", "tx.second", _at(answer)),
        State("bulk-batch", ADMIN, _at(places.batch, _unfold)),
    )


def _overtaken(page: Page) -> None:
    """As if the item had been opened before somebody else changed it."""
    page.evaluate("document.querySelectorAll('[name=version]').forEach(field => field.value = 1)")


def _reviews(places: Places) -> tuple[State, ...]:
    ask = lambda page: follow(page.locator("button[value=need_information]"))  # noqa: E731
    other_child = lambda page: page.locator("[data-piece]").last.get_by_label("Child B").check()  # noqa: E731
    note = lambda page: page.locator("#note").fill("My reasons")  # noqa: E731
    conflict = (note, _overtaken, lambda page: follow(page.locator("button[value=different]")))
    return (
        State("review-two", ADMIN, _at(f"/items/{TWO}")),
        State("review-two-unfolded", ADMIN, _at(f"/items/{TWO}", _unfold)),
        State("review-three", ADMIN, _at(f"/items/{THREE}", _unfold)),
        State("review-five", ADMIN, _at(f"/items/{FIVE}")),
        State("review-blind", OTHER, _at(f"/items/{BLIND}")),
        State("review-waiting", ADMIN, _at(f"/items/{BLIND}")),
        State("review-conflict", ADMIN, _at(f"/items/{CONFLICT}", *conflict)),
        State("review-refused", ADMIN, _at(f"/items/{TWO}", _unfold, ask)),
        State("review-applied", ADMIN, _at(f"/items/{APPLIED}")),
        State("review-flash", ADMIN, _at(f"/items/{TWO}?done={places.said}")),
        State("review-masked", MASKED, _at(f"/items/{TWO}")),
        State("review-end", ADMIN, _at(f"/items/end?done={places.said}")),
        State("split", ADMIN, _at(f"/items/{places.split}", _unfold)),
        State("groups", ADMIN, _at(f"/items/{THREE}/groups")),
        State("groups-preview", ADMIN, _at(f"/items/{FIVE}/groups", other_child, _press("See what happens"))),
        State("undo", ADMIN, _at(f"/items/{APPLIED}/undo/{places.said}")),
        State("birth-date-start", ADMIN, _at(f"/items/{places.asked}", _unfold)),
        State("birth-date-midway", ADMIN, _at(f"/items/{places.started}", _unfold)),
        State("birth-date-settled", ADMIN, _at(f"/items/{places.settled}", _unfold)),
        State("birth-date-masked", MASKED, _at(f"/items/{places.started}")),
    )


def _records(places: Places) -> tuple[State, ...]:
    flag = f"/flags/merge?students={places.other}"
    search = _press("Search")
    return (
        State("student", ADMIN, _at(f"/students/{places.student}", _unfold)),
        State("student-disputing", "privacy", _at(f"/students/{places.student}", _unfold)),
        State("student-masked", MASKED, _at(f"/students/{places.student}")),
        State("student-groups", ADMIN, _at(f"/students/{places.student}/groups")),
        State("flag-merge", ADMIN, _at(flag)),
        State("flag-merge-found", ADMIN, _at(flag, _fill("Name", "Lupita"), search)),
        State("flag-merge-preview", ADMIN, _at(f"{flag},{places.student}", _unfold)),
        State("search", ADMIN, _at("/search")),
        State("search-found", ADMIN, _at("/search", _fill("Name", "quiroga"), search, _unfold)),
        State("search-none", ADMIN, _at("/search", _fill("Name", "zzyzx"), search)),
        State("search-refused", ADMIN, _at("/search", _fill("Birth date", "last summer"), search)),
        State("add", ADMIN, _at(f"/items/{TWO}/add")),
        State("add-found", ADMIN, _at(f"/items/{TWO}/add", _fill("Name", "itzel"), search)),
        State("settings", ADMIN, _at("/settings", _unfold)),
    )


def _dialogs() -> tuple[State, ...]:
    keys = lambda page: page.get_by_role("button", name="Keys", exact=True).click()  # noqa: E731
    session_ends = lambda page: page.evaluate("document.getElementById('session-ends').showModal()")  # noqa: E731
    return (
        State("keys", ADMIN, _at(f"/items/{TWO}", keys)),
        State("session-ends", ADMIN, _at(f"/items/{TWO}", session_ends)),
    )


def _errors() -> tuple[State, ...]:
    return (
        State("error-400", ADMIN, _at("/bulk/batches/9990")),
        State("error-403", "primary", _at("/bulk")),
        State("error-404", ADMIN, _at("/nowhere")),
        State("error-409", ADMIN, _at("/bulk/batches/9991")),
        State("error-500", ADMIN, _at("/bulk/batches/9992")),
    )
