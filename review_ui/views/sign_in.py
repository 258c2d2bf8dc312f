"""Signing in and out, and choosing a password of one's own."""

import logging

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.identity import accounts, sessions
from review_ui import security
from review_ui.access import PUBLIC, SIGNED_IN, needs
from review_ui.language import LANGUAGES
from review_ui.services import account, database, now

area = Blueprint("sign_in", __name__)
log = logging.getLogger("near_match.web")

# One sentence for every reason: whoever guesses learns nothing about which accounts exist.
REFUSED = "User name or password is wrong, or the account is disabled."


@area.get("/sign-in")
@needs(PUBLIC)
def form() -> ResponseReturnValue:
    return _sign_in_page()


@area.post("/sign-in")
@needs(PUBLIC)
def sign_in() -> ResponseReturnValue:
    with database().unit_of_work() as session:
        person = accounts.authenticate(
            session, request.form.get("username", ""), request.form.get("password", ""), now()
        )
        token = sessions.start(session, person.id, now()) if person else ""
    if person is None:
        log.warning("event=authn_login_fail")
        return _sign_in_page(REFUSED), 401
    log.info("event=authn_login_success account=%d", person.id)
    response = redirect(_place(request.form.get("next", "")), 303)
    security.set_cookie(response, security.session_cookie(), token)
    return response


@area.post("/language")
@needs(PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Before anybody has signed in; a person's own choice is kept with the settings."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        abort(400, "There is no such language.")
    response = redirect(url_for("sign_in.form", next=_place(request.form.get("next", ""))), 303)
    security.set_cookie(response, security.language_cookie(), wanted)
    return response


@area.post("/sign-out")
@needs(SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    with database().unit_of_work() as session:
        sessions.end(session, _token(), now())
    log.info("event=session_end account=%d", account().id)
    response = redirect(url_for("sign_in.form"), 303)
    security.drop_cookie(response, security.session_cookie())
    return response


@area.get("/password")
@needs(SIGNED_IN)
def password() -> ResponseReturnValue:
    return _password_page()


@area.post("/password")
@needs(SIGNED_IN)
def change_password() -> ResponseReturnValue:
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_page("The two new passwords are not the same."), 400
    with database().unit_of_work() as session:
        problem = accounts.change_password(session, account().id, old, new, now())
        token = "" if problem else sessions.start(session, account().id, now())
    if problem:
        return _password_page(problem), 400
    log.info("event=authn_password_change account=%d", account().id)
    response = redirect(url_for("worklist.start"), 303)
    security.set_cookie(response, security.session_cookie(), token)
    return response


def _sign_in_page(problem: str = "") -> str:
    place = request.values.get("next", "")
    return render_template("sign_in.html", problem=problem, place=place, ended="ended" in request.args)


def _password_page(problem: str = "") -> str:
    return render_template("password.html", problem=problem, length=database().policy.sessions.password_length)


def _token() -> str:
    return request.cookies[security.session_cookie()]


def _place(wanted: str) -> str:
    """A path of this site, or else where everybody lands: `//elsewhere` leads away from it."""
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if local else url_for("worklist.start")
