"""The review page: the records of one item, why they are here, and the decision."""

import logging

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import decisions, handling, second_look, worklist
from review_ui import review_page
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import new_key, read_decision
from review_ui.forms_worklist import as_query, read_wanted
from review_ui.onward import just_said, onward
from review_ui.services import account, database, now

area = Blueprint("review", __name__)
log = logging.getLogger("near_match.web")


@area.get("/items/<number:item_id>")
@needs("item:view")
def show(item_id: int) -> ResponseReturnValue:
    return review_page.show(item_id)


@area.post("/items/<number:item_id>")
@needs("item:decide")
def decide(item_id: int) -> ResponseReturnValue:
    """Say something of the item, or see what a merge would do. What may be said, and by whom, is the business of `identity`."""
    form = read_decision(database().policy.decisions.phrases)
    say = second_look.answer if form.answers else decisions.decide
    try:
        with database().unit_of_work() as session:
            if form.verdict is None:
                handling.keep_claim(session, account(), item_id, now())
            else:
                outcome = say(session, account(), form.request(item_id), now=now())
    except (StateChangeError, UnknownIdError) as error:
        return review_page.show(item_id, form, error), status_of(error)
    if form.verdict is None:
        return review_page.show(item_id, form)
    log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
    return onward(outcome, form.verdict, stays=form.answers)


@area.get("/items/end")
@needs("item:view")
def end() -> ResponseReturnValue:
    """Nothing is left to decide in the list that one came from."""
    with database().unit_of_work(read_only=True) as session:
        counts, done = worklist.list_counts(session, account(), now=now()), just_said(session)
    return render_template(
        "review_end.html", counts=counts, done=done, query=as_query(read_wanted()), form_key=new_key()
    )
