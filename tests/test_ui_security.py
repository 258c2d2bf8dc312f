"""What holds for every request: headers, cookies, forged forms, doubled fields, sizes, and what logs and titles may say."""

import logging
import re

import pytest

from review_ui.security import CONTENT_SECURITY_POLICY
from tests.ui_helpers import IMAGE, PASSWORD, RECORDS, SCRIPT, open_world

SIGNED_IN_PAGES = [
    "/worklist",
    "/worklist?status=applied",
    "/items/1",
    "/items/2",
    "/search",
    "/password",
    "/items/999",
    "/no",
]
POSTS = ["/sign-in", "/sign-out", "/password", "/search", "/items/1", "/items/1/undo/1"]
NAMES = {cell for records in RECORDS.values() for child in records.values() for cell in (child[0], child[2])}
CHILDREN = {"Guadalupe", "Lupita", "García", "Hernández", "Sofía", "Robles", "2012-08-03"}


def assert_protected(response, *, kept: bool = False) -> None:
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == ("public, max-age=31536000, immutable" if kept else "no-store")
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("path", SIGNED_IN_PAGES)
def test_every_page_carries_the_protective_headers(site, path):
    assert_protected(site.sign_in("tx.admin").get(path))


@pytest.mark.parametrize("path", ["/sign-in", "/worklist", "/no"])
def test_pages_without_a_session_carry_them_too(site, path):
    assert_protected(site.visitor().get(path))


@pytest.mark.parametrize("path", POSTS)
def test_answers_to_forms_carry_them_too(site, path):
    assert_protected(site.visitor().client.post(path))


def test_the_policy_allows_no_inline_code_and_no_other_site():
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_no_page_holds_inline_code_or_style(site):
    person = site.sign_in("tx.admin")
    for path in SIGNED_IN_PAGES:
        text = person.get(path).text
        assert not re.search(r"<script(?! src)|<style|\sstyle=|\son\w+=\"|javascript:", re.sub(r"&[^;]+;", "", text)), (
            path
        )


def test_style_sheets_are_kept_for_ever_under_an_address_that_changes_with_them(site):
    person = site.visitor()
    address = re.search(r'href="(/static/[0-9a-f]{16}/app.css)"', person.get("/sign-in").text)[1]
    response = person.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert_protected(response, kept=True)
    assert response.headers["Content-Encoding"] == "gzip"
    old = person.client.get("/static/0000000000000000/app.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "app.py", "vendor/VENDOR.lock", ""])
def test_nothing_but_the_known_files_is_served(site, name):
    assert site.visitor().get(f"/static/0000000000000000/{name}").status_code == 404


def test_the_session_cookie_is_out_of_reach_of_scripts(site):
    person = site.visitor()
    person.get("/sign-in")
    cookie = person.send("/sign-in", username="tx.admin", password=PASSWORD).headers["Set-Cookie"]
    assert re.match(r"near_match=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax$", cookie)


def test_over_tls_cookies_are_bound_to_the_host_and_pages_ask_for_tls(world_url):
    site = open_world(world_url, tls=True)
    client = site.app.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert re.match(
        r"__Host-near_match_form=[\w-]+; Secure; HttpOnly; Path=/; SameSite=Lax$", page.headers["Set-Cookie"]
    )
    token = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
    form = {"csrf": token, "username": "tx.admin", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-near_match=")
    site.close()


def counting_statements(site) -> list[str]:
    """Every statement the application sends from now on."""
    from sqlalchemy import event

    from review_ui.services import EXTENSION

    seen: list[str] = []
    engine = site.app.extensions[EXTENSION].database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    return seen


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "forged",
    [
        {"token": None},
        {"token": "0" * 64},
        {"token": "é" * 64},
        {"headers": {"Sec-Fetch-Site": "cross-site"}},
        {"headers": {"Sec-Fetch-Site": "same-site"}},
        {"headers": {"Sec-Fetch-Site": "none"}},
        {"headers": {"Origin": "https://elsewhere.example"}},
    ],
    ids=["no token", "wrong token", "odd token", "cross-site", "same-site", "no site", "foreign origin"],
)
def test_a_forged_form_is_refused_before_the_database_is_touched(site, path, forged):
    person = site.sign_in("tx.admin")
    person.get("/worklist")
    right = person.field("csrf")
    statements = counting_statements(site)
    token = forged.get("token", right)
    fields = {"verdict": "same", "version": "1", "key": "k" * 20} | ({"csrf": token} if token else {})
    response = person.client.post(path, data=fields, headers=forged.get("headers"))
    assert response.status_code == 403
    assert statements == []


def test_a_token_of_one_session_is_worth_nothing_in_another(site):
    first, second = site.sign_in("tx.admin"), site.sign_in("tx.admin")
    first.get("/worklist")
    assert second.client.post("/search", data={"csrf": first.field("csrf"), "name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "null"}, {"Origin": "http://localhost"}], ids=["none", "null", "own"]
)
def test_an_old_browser_that_says_little_of_the_sender_still_gets_in_with_the_token(site, headers):
    person = site.sign_in("tx.admin")
    person.get("/search")
    form = {"csrf": person.field("csrf"), "name": "garcia"}
    assert person.client.post("/search", data=form, headers=headers).status_code == 200


def test_a_field_sent_twice_is_refused(site):
    person = site.sign_in("tx.admin")
    assert person.get("/worklist?page=1&page=2").status_code == 400
    person.get("/search")
    body = f"csrf={person.field('csrf')}&name=a&name=b"
    form = "application/x-www-form-urlencoded"
    assert person.client.post("/search", data=body, content_type=form).status_code == 400


def test_a_form_that_is_too_large_is_refused_in_words(site):
    person = site.sign_in("tx.admin")
    person.get("/search")
    response = person.send("/search", name="x" * 70_000)
    assert response.status_code == 413
    assert "That is too much" in response.text


def test_only_ordinary_forms_are_taken(site):
    person = site.sign_in("tx.admin")
    assert person.client.post("/search", json={"name": "x"}).status_code == 415


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/worklist?status=nonsense", 400),
        ("/worklist?page=-5", 200),
        ("/worklist?page=x", 200),
        ("/worklist?page=99999999999999999999", 200),
        ("/worklist?status=%00", 400),
        ("/items/99999999999999999999", 404),
        ("/items/1/undo/99999999999999999999", 404),
        ("/items/1?decision=99999999999999999999", 200),
        ("/students/%00", 400),
        ("/students/" + "9" * 5000, 404),
    ],
)
def test_nonsense_in_an_address_breaks_nothing(site, path, status):
    assert site.sign_in("tx.admin").get(path).status_code == status


@pytest.mark.parametrize(
    "changed",
    [
        {"verdict": "x"},
        {"verdict": "undo"},
        {"version": "x"},
        {"version": "-1"},
        {"version": "99999999999999999999"},
        {"key": ""},
        {"note": "n" * 2001},
        {"note": "a\0b"},
    ],
)
def test_a_malformed_decision_is_refused_and_nothing_is_decided(site, changed):
    person = site.sign_in("tx.admin")
    person.get("/items/1")
    form = {"verdict": "same", "version": person.field("version"), "key": person.field("key")} | changed
    assert 400 <= person.send("/items/1", **form).status_code < 500
    assert "To decide" in person.get("/items/1").text


def test_markup_in_a_childs_name_is_shown_and_not_obeyed(site):
    person = site.sign_in("tx.admin")
    for path in ("/worklist", "/items/4"):
        text = person.get(path).text
        assert SCRIPT not in text
        assert IMAGE not in text
        assert "&lt;script&gt;" in text
    person.decide(4, "different", note=SCRIPT + IMAGE)
    text = person.get("/items/4").text
    assert "<script>" not in text
    assert "<img" not in text
    person.get("/search")
    assert "<script>" not in person.send("/search", name=SCRIPT).text


def test_titles_addresses_and_logs_name_no_child(site, caplog):
    caplog.set_level(logging.DEBUG)
    person = site.sign_in("tx.admin")
    titles, links = [], []
    for path in ["/worklist", "/items/1", "/items/2", "/items/3", "/items/4"]:
        text = person.get(path).text
        titles += re.findall(r"<title>(.*?)</title>", text, re.DOTALL)
        links += re.findall(r'(?:href|action)="([^"]*)"', text)
    person.get("/search")
    person.send("/search", name="Lupita García", birth_date="2012-08-03")
    links += re.findall(r'(?:href|action)="([^"]*)"', person.text)
    person.decide(1, "same", note="Lupita is García")
    said = "\n".join([*titles, *links, *(record.getMessage() for record in caplog.records)])
    assert titles
    assert [word for word in CHILDREN if word in said] == []


def test_what_breaks_is_logged_without_what_it_says_and_shown_with_an_id(site, caplog, monkeypatch):
    from review_ui.views import worklist as view

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Lupita García")

    monkeypatch.setattr(view.worklist, "page", broken)
    response = site.sign_in("tx.admin").get("/worklist")
    assert response.status_code == 500
    error_id = re.search(r"Error id (\w+)", response.text)[1]
    assert error_id in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Lupita" not in caplog.text + response.text
