"""Search, and what comes of it. Forms are sent by POST: names and birth dates are personal data and have no place in an address.

A search may start from a record ("more records of this child"): its number, which is ours, stands in the address.
"""

import logging

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import LinkageError, StateChangeError, UnknownIdError
from linkage.identity import flags
from linkage.identity import search as finder
from linkage.identity.views import Request, Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.finding import HITS, problems_of, results_of
from review_ui.forms import SearchForm, new_key, read_key, read_search
from review_ui.forms_search import read_shown, read_ticked
from review_ui.services import account, database, now

area = Blueprint("search", __name__)
log = logging.getLogger("near_match.web")
TWO = 2
MOST_REJECTED = 20  # records to which one "none of these" says no


@area.get("/search")
@needs("student:search")
def form() -> ResponseReturnValue:
    return _page(SearchForm())


@area.post("/search")
@needs("student:search")
def find() -> ResponseReturnValue:
    return _found()


@area.get("/search/<number:record_id>")
@needs("student:search")
def form_from(record_id: int) -> ResponseReturnValue:
    return _page(SearchForm(), record_id)


@area.post("/search/<number:record_id>")
@needs("student:search")
def find_from(record_id: int) -> ResponseReturnValue:
    return _found(record_id)


@area.post("/search/flag")
@needs("student:propose")
def flag() -> ResponseReturnValue:
    """To the page that flags these students as one child; with one tick, back to the results that were there."""
    students = read_ticked()
    if len(students) >= TWO:
        return redirect(url_for("flags.merge", students=",".join(students)), 303)
    return _found(problem=StateChangeError("One child takes two students.", "Choose two or more of them."))


@area.post("/search/<number:record_id>/none")
@needs("item:decide")
def none_of_these(record_id: int) -> ResponseReturnValue:
    request = Request(0, 0, Verdict.DIFFERENT, read_key())
    try:
        with database().unit_of_work() as session:
            outcome = flags.reject_candidates(session, account(), record_id, read_shown(), request, now=now())
    except (StateChangeError, UnknownIdError) as error:
        return _found(record_id, error)
    log.info("event=decision account=%d item=%d decision=%d", account().id, outcome.item_id, outcome.decision_id)
    return redirect(url_for("review.show", item_id=outcome.item_id, done=outcome.decision_id), 303)


def _found(record_id: int | None = None, problem: LinkageError | None = None) -> tuple[str, int]:
    form = read_search()
    problems = problems_of(form)
    page = _page(form, record_id, looked=not problems, problems=problems, problem=problem)
    return page, status_of(problem) if problem else 400 if problems else 200


def _page(
    form: SearchForm,
    record_id: int | None = None,
    *,
    looked: bool = False,
    problems: dict[str, str] | None = None,
    problem: LinkageError | None = None,
) -> str:
    """`record_id`: from which record the search started. `looked`: search for what the form says. Raises UnknownIdError."""
    with database().unit_of_work(read_only=True) as session:
        start = finder.hits_of(session, account(), [record_id], now()).get(str(record_id)) if record_id else None
    if record_id and start is None:
        raise UnknownIdError(f"There is no record {record_id}.", "Search for the child.")
    found = results_of(form, {start.student_id} if start else ()) if looked else None
    return render_template(
        "search.html",
        form=form,
        start=start,
        found=found,
        limit=HITS,
        most_rejected=MOST_REJECTED,
        problems=problems or {},
        problem=problem,
        form_key=new_key(),
    )
