"""Taking back: at once what was just said, and at any later time what was decided, after a look at what has happened since."""

import logging

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity import decisions, taking_back, undoing, worklist
from linkage.identity.views import Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import new_key, read_key, read_note
from review_ui.forms_worklist import carried
from review_ui.onward import onward
from review_ui.present.deciding import undoable_decision
from review_ui.present.undoing import students_to_be
from review_ui.services import account, database, now

area = Blueprint("undoing", __name__)
log = logging.getLogger("near_match.web")


@area.post("/items/<number:item_id>/take-back/<number:decision_id>")
@needs("item:decide")
def at_once(item_id: int, decision_id: int) -> ResponseReturnValue:
    """One press takes back what was just said; when the seconds are over it leads to where that is done with a look first."""
    with database().unit_of_work() as session:
        said = taking_back.just_said(session, account(), decision_id, now=now())
        if said and said.seconds:
            outcome = taking_back.take_back(session, account(), said, idempotency_key=read_key(), now=now())
            log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
            return onward(outcome, Verdict.UNDO)
    query = carried()
    if said and said.back is Verdict.UNDO:
        number = (said.answered or said.decision).decision_id
        return redirect(url_for("undoing.confirm", item_id=item_id, decision_id=number, **query), 303)
    return redirect(url_for("review.show", item_id=item_id, **query), 303)


@area.get("/items/<number:item_id>/undo/<number:decision_id>")
@needs("decision:undo")
def confirm(item_id: int, decision_id: int) -> ResponseReturnValue:
    return _page(item_id, decision_id)


@area.post("/items/<number:item_id>/undo/<number:decision_id>")
@needs("decision:undo")
def undo(item_id: int, decision_id: int) -> ResponseReturnValue:
    note = read_note()
    try:
        with database().unit_of_work() as session:
            outcome = decisions.undo(session, account(), decision_id, note=note, idempotency_key=read_key(), now=now())
    except NotAllowedError:
        raise
    except StateChangeError as error:
        return _page(item_id, decision_id, note, error), status_of(error)
    log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
    return onward(outcome, Verdict.UNDO)


def _page(item_id: int, decision_id: int, note: str = "", problem: StateChangeError | None = None) -> str:
    """`note` and `problem`: of an undo that was refused."""
    with database().unit_of_work(read_only=True) as session:
        item = worklist.item(session, account(), item_id, now=now(), openly=True)
        found = undoing.preview(session, account(), decision_id)
    decision = undoable_decision(item)
    if decision is None or decision.decision_id != decision_id:
        raise problem or NotAllowedError(
            "This decision cannot be taken back by you, or was taken back already.", "Open the item again."
        )
    return render_template(
        "undo.html",
        item=item,
        decision=decision,
        since=found.since,
        students=students_to_be(item, found),
        refusal=found.refusal,
        note=note,
        problem=problem,
        query=carried(),
        form_key=new_key(),
    )
