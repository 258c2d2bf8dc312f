"""The worklist: what waits for a decision, for whom and how long; filters, views kept under a name, and the search for an item."""

import logging
from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import StateChangeError
from linkage.identity import bulk_classes, saved_views, worklist
from linkage.identity.business_days import zone_of
from linkage.identity.figures import lately, today
from linkage.identity.filter_choices import filter_choices
from linkage.identity.scope import reach
from linkage.identity.views import ItemSummary
from linkage.identity.work_lists import Wanted, WorkList
from review_ui.access import SIGNED_IN, needs
from review_ui.forms import read_page
from review_ui.forms_worklist import NAMES, as_query, read_item_search, read_view_name, read_wanted
from review_ui.present import worklist as present
from review_ui.present.pages import Pages
from review_ui.present.worklist import Board, Row
from review_ui.services import account, database, now, remembered
from rules.guards import GUARD_IDS

area = Blueprint("worklist", __name__)
log = logging.getLogger("near_match.web")
ROWS = worklist.PAGE


@area.get("/")
@needs(SIGNED_IN)
def start() -> ResponseReturnValue:
    """Where everybody lands: the worklist, or the search for those who decide nothing."""
    return redirect(url_for("worklist.show" if account().may("item:view") else "search.form"), 303)


@area.get("/worklist")
@needs("item:view")
def show() -> ResponseReturnValue:
    if "" in request.args.values():  # a filter form sends what is not chosen as well
        return redirect(url_for("worklist.show", **as_query(read_wanted())), 303)
    return _page()


@area.post("/worklist/find")
@needs("item:view")
def find() -> ResponseReturnValue:
    """By POST: a State's ID of a child has no place in an address. One item that is found is opened at once."""
    typed = read_item_search()
    if not typed:
        return render_template("worklist_found.html", typed="", rows=[], total=0), 400
    with database().unit_of_work(read_only=True) as session:
        items, total = worklist.page(session, account(), Wanted(WorkList.ANY, search=typed), limit=ROWS, now=now())
    log.info("event=sensitive_search account=%d hits=%d", account().id, total)
    if total == 1:
        return redirect(url_for("review.show", item_id=items[0].item_id), 303)
    return render_template("worklist_found.html", typed=typed, rows=_rows(items), total=total)


@area.post("/worklist/views")
@needs("item:view")
def keep_view() -> ResponseReturnValue:
    """The filters stand in the address, as on the page itself."""
    query, name = as_query(read_wanted()), read_view_name()
    try:
        with database().unit_of_work() as session:
            saved_views.keep(session, account(), name, urlencode(query), now=now())
    except StateChangeError as error:
        return _page(problem=error, name=name), 400
    return redirect(url_for("worklist.show", **query), 303)


@area.post("/worklist/views/<number:view_id>/remove")
@needs("item:view")
def remove_view(view_id: int) -> ResponseReturnValue:
    with database().unit_of_work() as session:
        saved_views.remove(session, account(), view_id)
    return redirect(url_for("worklist.show", **as_query(read_wanted())), 303)


def _page(problem: StateChangeError | None = None, name: str = "") -> str:
    """`problem`: why a view could not be kept under `name`."""
    number = read_page()
    with database().unit_of_work(read_only=True) as session:
        on_desk = worklist.list_counts(session, account(), now=now())
        asked = not request.args.keys().isdisjoint(NAMES)
        wanted = read_wanted() if asked else present.first_list(on_desk)
        items, total = worklist.page(session, account(), wanted, offset=(number - 1) * ROWS, limit=ROWS, now=now())
        board = Board(
            wanted=wanted,
            query=as_query(wanted),
            on_desk=on_desk,
            by_status=worklist.counts(session, account()),
            rows=_rows(items),
            pages=Pages(number, total, ROWS),
            choices=remembered("choices", reach(account()), lambda: filter_choices(session, account(), now=now())),
            views=saved_views.listed(session, account()),
            guards={one: database().policy.guard(one).title for one in GUARD_IDS},
            place=present.place_words(account()),
            today=today(session, account(), now=now()),
            lately=remembered("lately", account().id, lambda: lately(session, account(), now=now())),
            alike=remembered("alike", account().id, lambda: bulk_classes.enough(session, account(), now())),
        )
    return render_template("worklist.html", board=board, sorts=present.sorts(wanted), problem=problem, name=name)


def _rows(items: Sequence[ItemSummary]) -> list[Row]:
    return present.rows(items, now(), zone_of(database().policy, account().state))
