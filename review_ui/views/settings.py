"""The page of settings, and the sign of life that keeps a session open."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import StateChangeError
from linkage.identity import preferences
from linkage.identity.preferences import TITLES, Preferences
from review_ui.access import SIGNED_IN, needs
from review_ui.forms import read_preferences
from review_ui.look import chosen
from review_ui.services import account, database

area = Blueprint("settings", __name__)


@area.get("/settings")
@needs(SIGNED_IN)
def show() -> ResponseReturnValue:
    return _page(chosen())


@area.post("/settings")
@needs(SIGNED_IN)
def keep() -> ResponseReturnValue:
    wanted = read_preferences()
    try:
        with database().unit_of_work() as session:
            preferences.keep(session, account(), wanted)
    except StateChangeError as error:
        return _page(wanted, error), 400
    return redirect(url_for("settings.show", kept=1), 303)


@area.get("/stay")
@needs(SIGNED_IN)
def stay() -> ResponseReturnValue:
    """Any request keeps the session alive; this one does nothing else."""
    return "", 204


def _page(wanted: Preferences, problem: StateChangeError | None = None) -> str:
    found = preferences.effective(wanted)
    letters = [(action, title, found[action]) for action, title in TITLES.items() if action in found]
    return render_template(
        "settings.html", chosen=wanted, letters=letters, problem=problem, kept="kept" in request.args
    )
