"""Search. The form is sent by POST: names and birth dates are personal data and have no place in an address."""

import logging

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from linkage.identity import search as finder
from review_ui.access import needs
from review_ui.forms import SearchForm, read_search
from review_ui.services import account, database

area = Blueprint("search", __name__)
log = logging.getLogger("near_match.web")
HITS = 50


@area.get("/search")
@needs("student:search")
def form() -> ResponseReturnValue:
    return render_template("search.html", form=SearchForm(), hits=None, limit=HITS)


@area.post("/search")
@needs("student:search")
def find() -> ResponseReturnValue:
    form = read_search()
    problems = finder.problems(name=form.name, birth_date=form.birth_date, any_id=form.any_id)
    if problems:
        return render_template("search.html", form=form, hits=None, limit=HITS, problems=problems), 400
    with database().unit_of_work(read_only=True) as session:
        hits = finder.find(
            session, account(), name=form.name, birth_date=form.birth_date, any_id=form.any_id, limit=HITS
        )
    log.info("event=sensitive_search account=%d hits=%d", account().id, len(hits))
    return render_template("search.html", form=form, hits=hits, limit=HITS)
