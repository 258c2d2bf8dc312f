"""Who may open which page. Default deny: a view that does not say what it needs is served to nobody.

A view names one permission of `rules/roles.yaml`, or PUBLIC, or SIGNED_IN. What the person may see and do inside the page is the
business of `linkage.identity`, which asks again.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from linkage.errors import NotAllowedError
from linkage.identity import sessions
from linkage.identity.preferences import Preferences
from linkage.identity.sessions import Visit
from review_ui.language import of_browser
from review_ui.security import SAFE_METHODS, session_cookie
from review_ui.services import database, now

PUBLIC = "public"
SIGNED_IN = "signed in"
# What a person with a one-time password may do before choosing one of their own.
BEFORE_OWN_PASSWORD = {"sign_in.password", "sign_in.change_password", "sign_in.sign_out"}

log = logging.getLogger("near_match.web")

View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: str) -> Callable[[View], View]:
    """Declare what a view needs; the innermost decorator."""

    def declare(view: View) -> View:
        setattr(view, "needs_permission", permission)  # noqa: B010 - a function has no such attribute for the type checker
        return view

    return declare


def needed_permission(endpoint: str) -> str | None:
    return getattr(current_app.view_functions[endpoint], "needs_permission", None)


def install(app: Flask) -> None:
    app.before_request(check_access)
    app.jinja_env.globals["signed_in"] = lambda: g.get("account")


def check_access() -> Response | None:
    if request.endpoint is None:
        return None  # no such page; the 404 follows
    permission = needed_permission(request.endpoint)
    if permission is None:
        raise NotAllowedError("This page is open to nobody.", "Tell your operator: it names no permission.")
    if permission == PUBLIC:
        return None
    visit = _visit()
    if visit is None:
        return to_sign_in()
    person = g.account = visit.account
    if visit.must_change_password and request.endpoint not in BEFORE_OWN_PASSWORD:
        return redirect(url_for("sign_in.password"), 303)
    if permission != SIGNED_IN and not person.may(permission):
        log.warning("event=authz_fail account=%d endpoint=%s", person.id, request.endpoint)
        raise NotAllowedError("Your role does not include this page.", "Ask your user administrator if it should.")
    return None


def to_sign_in() -> Response:
    """Where to go on after signing in travels as a path of ids, never with a form's content."""
    place = request.path if request.method in SAFE_METHODS and request.path != "/" else None
    return redirect(url_for("sign_in.form", next=place, ended=1 if session_cookie() in request.cookies else None), 303)


def _visit() -> Visit | None:
    token = request.cookies.get(session_cookie())
    if not token:
        return None
    with database().unit_of_work(read_only=True) as session:
        visit = sessions.visit(session, token, now())
    if visit is None:
        return None
    g.preferences = visit.preferences or Preferences(of_browser())
    if visit.seen_due:
        with database().unit_of_work() as session:
            sessions.keep_alive(session, token, now())
    return visit
