"""Who may open which page: every route, every role, and items of other States."""

from dataclasses import replace

import pytest

from review_ui.access import PUBLIC, SIGNED_IN, needed_permission
from review_ui.app import create_app
from review_ui.settings import Settings
from rules.in_force import load_roles

# Every address of the application with its method and what it needs. A new route must be added here, on purpose.
ROUTES = {
    ("GET", "/"): SIGNED_IN,
    ("GET", "/flags/merge"): "student:propose",
    ("POST", "/flags/merge"): "student:propose",
    ("POST", "/flags/merge/find"): "student:propose",
    ("GET", "/bulk"): "item:decide",
    ("GET", "/bulk/<code>"): "item:decide",
    ("POST", "/bulk/<code>"): "item:decide",
    ("GET", "/bulk/batches/<number:batch_id>"): "item:decide",
    ("POST", "/bulk/batches/<number:batch_id>"): "item:decide",
    ("POST", "/bulk/batches/<number:batch_id>/undo"): "decision:undo",
    ("GET", "/items/<number:item_id>"): "item:view",
    ("POST", "/items/<number:item_id>"): "item:decide",
    ("GET", "/items/<number:item_id>/groups"): "item:decide",
    ("POST", "/items/<number:item_id>/groups"): "item:decide",
    ("GET", "/items/end"): "item:view",
    ("POST", "/items/<number:item_id>/take-back/<number:decision_id>"): "item:decide",
    ("GET", "/items/<number:item_id>/add"): "item:decide",
    ("POST", "/items/<number:item_id>/add"): "item:decide",
    ("POST", "/items/<number:item_id>/add/student"): "item:decide",
    ("GET", "/items/<number:item_id>/undo/<number:decision_id>"): "decision:undo",
    ("POST", "/items/<number:item_id>/undo/<number:decision_id>"): "decision:undo",
    ("POST", "/items/<number:item_id>/birth-date"): "item:decide",
    ("POST", "/items/<number:item_id>/evidence"): "item:decide",
    ("POST", "/items/<number:item_id>/evidence/<number:evidence_id>/withdraw"): "item:decide",
    ("POST", "/items/<number:item_id>/procedure"): "item:decide",
    ("POST", "/items/<number:item_id>/settle"): "item:decide",
    ("POST", "/items/<number:item_id>/steps"): "item:decide",
    ("POST", "/items/<number:item_id>/reveal"): "item:view",
    ("POST", "/language"): PUBLIC,
    ("GET", "/password"): SIGNED_IN,
    ("POST", "/password"): SIGNED_IN,
    ("GET", "/search"): "student:search",
    ("POST", "/search"): "student:search",
    ("GET", "/settings"): SIGNED_IN,
    ("POST", "/settings"): SIGNED_IN,
    ("GET", "/search/<number:record_id>"): "student:search",
    ("POST", "/search/<number:record_id>"): "student:search",
    ("POST", "/search/<number:record_id>/none"): "item:decide",
    ("POST", "/search/flag"): "student:propose",
    ("GET", "/sign-in"): PUBLIC,
    ("POST", "/sign-in"): PUBLIC,
    ("POST", "/sign-out"): SIGNED_IN,
    ("GET", "/static/<digest>/<path:name>"): PUBLIC,
    ("GET", "/stay"): SIGNED_IN,
    ("GET", "/students/<student_id>"): "student:view",
    ("POST", "/students/<student_id>/disputes"): "student:dispute",
    ("POST", "/students/<student_id>/disputes/<number:dispute_id>/withdraw"): "student:dispute",
    ("POST", "/students/<student_id>/export/<form>"): "student:export",
    ("POST", "/students/<student_id>/print"): "student:print",
    ("POST", "/students/<student_id>/reveal"): "student:view",
    ("GET", "/students/<student_id>/groups"): "student:propose",
    ("POST", "/students/<student_id>/groups"): "student:propose",
    ("GET", "/worklist"): "item:view",
    ("POST", "/worklist/find"): "item:view",
    ("POST", "/worklist/views"): "item:view",
    ("POST", "/worklist/views/<number:view_id>/remove"): "item:view",
}


def test_the_route_table_is_exactly_this(site):
    with site.app.app_context():
        found = {
            (method, rule.rule): needed_permission(rule.endpoint)
            for rule in site.app.url_map.iter_rules()
            for method in rule.methods - {"HEAD"}
        }
    assert found == ROUTES


def test_every_permission_that_a_route_needs_is_given_to_some_role():
    given = {permission for role in load_roles().roles for permission in role.permissions}
    assert {need for need in ROUTES.values() if need not in {PUBLIC, SIGNED_IN}} <= given


def test_a_view_that_declares_nothing_is_open_to_nobody(site, world_url):
    app = create_app(Settings(world_url, clock=site.clock))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = replace(site, app=app).sign_in("tx.admin").get("/forgotten")
    assert response.status_code == 403
    assert "secret" not in response.text


PAGES = [
    "/worklist",
    "/bulk",
    "/items/1",
    "/items/end",
    "/items/1/undo/1",
    "/search",
    "/items/1/add",
    "/search/1",
    "/students/100000000009",
    "/password",
    "/",
]


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_leads_to_the_sign_in(site, path):
    response = site.visitor().get(path)
    assert response.status_code == 303
    assert response.location.startswith("/sign-in")


PATHS = ["/worklist", "/bulk", "/items/1", "/search", "/password", "/"]


@pytest.mark.parametrize(
    ("username", "open_to_them"),
    [
        ("tx.admin", {"/worklist", "/bulk", "/items/1", "/search", "/password", "/"}),
        ("primary", {"/search", "/password", "/"}),
        ("users", {"/password", "/"}),
    ],
)
def test_each_role_opens_its_own_pages_and_no_others(site, username, open_to_them):
    person = site.sign_in(username)
    statuses = {path: person.get(path).status_code for path in PATHS}
    assert {path for path, status in statuses.items() if status < 400} == open_to_them
    assert {status for status in statuses.values() if status >= 400} <= {403}


def test_somebody_who_only_searches_lands_on_the_search(site):
    assert site.sign_in("primary").get("/").location == "/search"
    assert site.sign_in("tx.admin").get("/").location == "/worklist"


def test_an_item_of_other_states_looks_like_no_item(site):
    """Near match 3 is between Texas and Florida."""
    washington, texas = site.sign_in("wa.admin"), site.sign_in("tx.admin")
    assert texas.get("/items/3").status_code == 200
    theirs, none = washington.get("/items/3"), washington.get("/items/999")
    assert theirs.status_code == none.status_code == 404
    assert "Hern" not in theirs.text


def test_deciding_an_item_of_other_states_is_refused_as_well(site):
    washington = site.sign_in("wa.admin")
    washington.get("/items/1")
    assert washington.send_decision(3, "same").status_code == 404
    assert site.sign_in("tx.admin").get("/items/3").text.count("To decide") == 1


def test_a_role_without_the_right_cannot_post_a_decision(site):
    primary = site.sign_in("primary")
    primary.get("/search")
    response = primary.send("/items/1", verdict="same", version="1", key="k" * 20, note="")
    assert response.status_code == 403


def test_an_unknown_address_is_not_found_with_and_without_a_session(site):
    assert site.visitor().get("/nowhere").status_code == 404
    assert site.sign_in("tx.admin").get("/nowhere").status_code == 404


def test_a_page_asked_for_with_another_method_says_so(site):
    person = site.sign_in("tx.admin")
    person.get("/worklist")
    assert person.send("/worklist").status_code == 405
