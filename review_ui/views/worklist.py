"""The worklist: what waits for a decision, by status."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.identity import worklist
from linkage.identity.views import Status
from linkage.identity.work_lists import Wanted
from review_ui.access import SIGNED_IN, needs
from review_ui.forms import read_page
from review_ui.present.pages import Pages
from review_ui.services import account, database, now

area = Blueprint("worklist", __name__)
ROWS = worklist.PAGE


@area.get("/")
@needs(SIGNED_IN)
def start() -> ResponseReturnValue:
    """Where everybody lands: the worklist, or the search for those who decide nothing."""
    return redirect(url_for("worklist.show" if account().may("item:view") else "search.form"), 303)


@area.get("/worklist")
@needs("item:view")
def show() -> ResponseReturnValue:
    status = _status(request.args.get("status", Status.OPEN))
    number = read_page()
    offset = (number - 1) * ROWS
    with database().unit_of_work(read_only=True) as session:
        items, total = worklist.page(session, account(), Wanted(status=status), offset=offset, limit=ROWS, now=now())
        counts = worklist.counts(session, account())
    pages = Pages(number, total, ROWS)
    return render_template("worklist.html", items=items, status=status, counts=counts, pages=pages)


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        abort(400, "There is no such list.")
