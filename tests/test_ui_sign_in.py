"""Signing in and out, one-time passwords, and the end of a session."""

import pytest

from linkage.identity import accounts
from tests.ui_helpers import PASSWORD

OWN = "another four quiet words"


def test_the_right_password_opens_the_worklist(site):
    person = site.visitor()
    person.get("/sign-in")
    response = person.send("/sign-in", username="tx.admin", password=PASSWORD)
    assert (response.status_code, response.location) == (303, "/")
    assert person.get("/").location == "/worklist"
    assert "Teresa Xavier" in person.get("/worklist").text


def test_whoever_decides_nothing_lands_on_the_search(site):
    person = site.sign_in("primary")
    assert person.get("/").location == "/search"


@pytest.mark.parametrize(("username", "password"), [("tx.admin", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(site, username, password):
    person = site.visitor()
    person.get("/sign-in")
    response = person.send("/sign-in", username=username, password=password)
    assert response.status_code == 401
    assert "User name or password is wrong, or the account is disabled." in response.text
    assert "near_match=" not in response.headers.get("Set-Cookie", "")


def test_three_wrong_passwords_disable_the_account(site):
    person = site.visitor()
    person.get("/sign-in")
    for _ in range(3):
        person.send("/sign-in", username="tx.admin", password="wrong")
    assert person.send("/sign-in", username="tx.admin", password=PASSWORD).status_code == 401


def test_signing_in_gives_a_new_token_each_time(site):
    tokens = set()
    for _ in range(2):
        person = site.sign_in("tx.admin")
        tokens.add(person.client.get_cookie("near_match").value)
    assert len(tokens) == 2


def test_signing_out_ends_the_session_on_the_server(site):
    person = site.sign_in("tx.admin")
    token = person.client.get_cookie("near_match").value
    person.get("/worklist")
    assert person.send("/sign-out").location == "/sign-in"
    person.client.set_cookie("near_match", token)
    assert person.get("/worklist").status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 303)])
def test_a_session_ends_after_thirty_idle_minutes(site, minutes, status):
    person = site.sign_in("tx.admin")
    site.clock.advance(minutes=minutes)
    assert person.get("/worklist").status_code == status


def test_a_session_ends_after_eight_hours_of_work(site):
    person = site.sign_in("tx.admin")
    for _ in range(23):
        site.clock.advance(minutes=20)
        assert person.get("/worklist").status_code == 200
    site.clock.advance(minutes=20)
    assert person.get("/worklist").status_code == 303


def test_after_signing_in_again_the_person_is_where_he_or_she_was(site):
    person = site.sign_in("tx.admin")
    site.clock.advance(hours=1)
    response = person.get("/items/2")
    assert "Your session has ended" in person.get(response.location).text
    assert (
        person.send("/sign-in", username="tx.admin", password=PASSWORD, next=person.field("next")).location
        == "/items/2"
    )


@pytest.mark.parametrize(
    "place", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "", "/\n"]
)
def test_nobody_is_led_to_another_site_after_signing_in(site, place):
    person = site.visitor()
    person.get("/sign-in")
    assert person.send("/sign-in", username="tx.admin", password=PASSWORD, next=place).location == "/"


def one_time(site, username: str) -> str:
    with site.database.unit_of_work() as session:
        accounts.reset(session, username, "a one time password", site.clock())
    return "a one time password"


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(site):
    person = site.sign_in("tx.admin", one_time(site, "tx.admin"))
    assert person.get("/worklist").location == "/password"
    assert person.get("/items/1").location == "/password"
    assert person.get("/password").status_code == 200


def test_choosing_a_password_opens_everything_and_ends_other_sessions(site):
    given = one_time(site, "tx.admin")
    other = site.sign_in("tx.admin", given)
    person = site.sign_in("tx.admin", given)
    person.get("/password")
    assert person.send("/password", old=given, new=OWN, again=OWN).location == "/"
    assert person.get("/worklist").status_code == 200
    assert other.get("/password").location.startswith("/sign-in")
    assert site.sign_in("tx.admin", OWN).get("/worklist").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", OWN, OWN, "present password is not right"),
        ("a one time password", OWN, OWN + "x", "not the same"),
        ("a one time password", "short", "short", "at least 15 characters"),
        ("a one time password", "teresa is my name", "teresa is my name", "must not contain your name"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_its_reason(site, old, new, again, said):
    one_time(site, "tx.admin")
    person = site.sign_in("tx.admin", "a one time password")
    person.get("/password")
    response = person.send("/password", old=old, new=new, again=again)
    assert response.status_code == 400
    assert said in response.text
    assert new not in response.text
