"""Search and add: a record that no scan has put beside the others of a near match."""

import logging

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import LinkageError, NotAllowedError, StateChangeError
from linkage.identity import search as finder
from linkage.identity import worklist
from linkage.identity.adding import KINDS, add_candidate
from linkage.identity.views import Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.finding import HITS, problems_of, results_of
from review_ui.forms import SearchForm, read_search
from review_ui.forms_search import read_version, read_wanted
from review_ui.services import account, database, now
from rules.rulebook import load_rulebook

area = Blueprint("adding", __name__)
log = logging.getLogger("near_match.web")


@area.get("/items/<number:item_id>/add")
@needs("item:decide")
def form(item_id: int) -> ResponseReturnValue:
    return _page(item_id, SearchForm())


@area.post("/items/<number:item_id>/add")
@needs("item:decide")
def find(item_id: int) -> ResponseReturnValue:
    form = read_search()
    problems = problems_of(form)
    page = _page(item_id, form, looked=not problems, problems=problems)
    return (page, 400) if problems else page


@area.post("/items/<number:item_id>/add/student")
@needs("item:decide")
def add(item_id: int) -> ResponseReturnValue:
    version, wanted = read_version(), read_wanted()
    try:
        with database().unit_of_work() as session:
            added = add_candidate(session, account(), item_id, version, wanted, load_rulebook(), now=now())
    except (NotAllowedError, StateChangeError) as error:
        form = read_search()
        return _page(item_id, form, looked=not problems_of(form), problem=error), status_of(error)
    log.info("event=record_added account=%d item=%d records=%d", account().id, item_id, len(added.record_ids))
    return redirect(url_for("review.show", item_id=item_id, added=len(added.record_ids)), 303)


def _page(
    item_id: int,
    form: SearchForm,
    *,
    looked: bool = False,
    problems: dict[str, str] | None = None,
    problem: LinkageError | None = None,
) -> str:
    """`looked`: search for what the form says. `problem`: why a record was not added."""
    with database().unit_of_work(read_only=True) as session:
        item = worklist.item(session, account(), item_id, now=now(), openly=True)
        here = finder.hits_of(session, account(), [one.record_id for one in item.records], now())
    found = results_of(form, {one.student_id for one in item.records}) if looked else None
    log.info("event=sensitive_read account=%d item=%d", account().id, item_id)
    return render_template(
        "add.html",
        item=item,
        takes=item.summary.kind in KINDS,
        can_add=item.summary.kind in KINDS and Verdict.SAME in item.allowed,
        here=tuple(here.values()),
        form=form,
        found=found,
        limit=HITS,
        problems=problems or {},
        problem=problem,
    )
