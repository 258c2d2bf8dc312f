"""The review page: the records of one item, why they are here, and the decision."""

import logging

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import ConflictError, NotAllowedError, StateChangeError
from linkage.identity import decisions, worklist
from linkage.identity.views import Kind
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import DecisionForm, new_key, read_decision, read_key, read_note
from review_ui.present.review import build_review, undoable_decision
from review_ui.services import account, database, now, services
from review_ui.views import birth_dates

area = Blueprint("review", __name__)
log = logging.getLogger("near_match.web")


@area.get("/items/<number:item_id>")
@needs("item:view")
def show(item_id: int) -> ResponseReturnValue:
    return _page(item_id)


@area.post("/items/<number:item_id>")
@needs("item:decide")
def decide(item_id: int) -> ResponseReturnValue:
    form = read_decision()
    try:
        with database().unit_of_work() as session:
            outcome = decisions.decide(
                session,
                account(),
                form.request(item_id),
                now=now(),
            )
    except StateChangeError as error:
        return _page(item_id, form, error), status_of(error)
    log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
    return redirect(url_for("review.show", item_id=item_id, decision=outcome.decision_id), 303)


@area.get("/items/<number:item_id>/undo/<number:decision_id>")
@needs("decision:undo")
def confirm_undo(item_id: int, decision_id: int) -> ResponseReturnValue:
    with database().unit_of_work(read_only=True) as session:
        item = worklist.item(session, account(), item_id, now=now())
    decision = undoable_decision(item)
    if decision is None or decision.decision_id != decision_id:
        raise NotAllowedError(
            "This decision cannot be taken back by you, or was taken back already.", "Open the near match again."
        )
    return render_template("undo.html", item=item, decision=decision, key=new_key())


@area.post("/items/<number:item_id>/undo/<number:decision_id>")
@needs("decision:undo")
def undo(item_id: int, decision_id: int) -> ResponseReturnValue:
    with database().unit_of_work() as session:
        outcome = decisions.undo(
            session, account(), decision_id, note=read_note(), idempotency_key=read_key(), now=now()
        )
    log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
    return redirect(url_for("review.show", item_id=outcome.item_id, decision=outcome.decision_id), 303)


def _page(item_id: int, sent: DecisionForm | None = None, problem: StateChangeError | None = None) -> str:
    """`sent` and `problem`: a decision that was refused, shown with its reason and its note kept."""
    with database().unit_of_work(read_only=True) as session:
        item = worklist.item(session, account(), item_id, now=now())
        if item.summary.kind == Kind.BIRTH_DATE:
            return birth_dates.show(item_id, problem)
        following = worklist.next_item(session, account(), item_id, now=now())
    log.info("event=sensitive_read account=%d item=%d", account().id, item_id)
    return render_template(
        "review.html",
        review=build_review(
            item,
            services().groups,
            decided=request.args.get("decision", 0, type=int),
        ),
        following=following,
        sent=sent,
        problem=problem,
        conflict=isinstance(problem, ConflictError),
        key=new_key(),
    )
