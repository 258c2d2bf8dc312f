"""Many alike items at once: the classes, the sample and what it would do, the batch and what came of it, and taking it back."""

import logging

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import batches, bulk, bulk_classes
from linkage.identity.batches import BatchUndone, BatchView
from linkage.identity.bulk_classes import ANSWERS, Likeness
from linkage.identity.views import Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import new_key, read_note
from review_ui.forms_bulk import BulkForm, read_answer, read_bulk
from review_ui.language import say
from review_ui.onward import just_said
from review_ui.services import account, database, now

area = Blueprint("bulk", __name__)
log = logging.getLogger("near_match.web")
AT_A_TIME = 200  # items in one request: some seconds of work


@area.get("/bulk")
@needs("item:decide")
def show() -> ResponseReturnValue:
    with database().unit_of_work(read_only=True) as session:
        classes = bulk_classes.classes(session, account(), now())
        recent = batches.recent(session, account())
    return render_template("bulk.html", classes=classes, batches=recent)


@area.get("/bulk/<code>")
@needs("item:decide")
def one(code: str) -> ResponseReturnValue:
    return _class_page(code, read_answer())


@area.post("/bulk/<code>")
@needs("item:decide")
def decide(code: str) -> ResponseReturnValue:
    form = read_bulk()
    with database().unit_of_work(read_only=True) as session:
        found = bulk_classes.class_of(session, account(), code, now())
    if found is None:  # also what a form leads to that was sent twice
        return redirect(url_for("bulk.show"), 303)
    try:
        batch = _decided(found.likeness, form)
    except StateChangeError as error:
        return _class_page(code, form.verdict, form, error), status_of(error)
    log.info("event=batch account=%d batch=%d decided=%d", account().id, batch.batch_id, len(batch.decided))
    return redirect(url_for("bulk.batch", batch_id=batch.batch_id), 303)


@area.get("/bulk/batches/<number:batch_id>")
@needs("item:decide")
def batch(batch_id: int) -> ResponseReturnValue:
    return _batch_page(batch_id)


@area.post("/bulk/batches/<number:batch_id>")
@needs("item:decide")
def go_on(batch_id: int) -> ResponseReturnValue:
    try:
        found = bulk.go_on(database(), account(), batch_id, clock=now, most=AT_A_TIME)
    except StateChangeError as error:
        return _batch_page(batch_id, problem=str(error)), status_of(error)
    if found.stopped:
        return _batch_page(batch_id, problem=found.stopped), 400
    return redirect(url_for("bulk.batch", batch_id=batch_id), 303)


@area.post("/bulk/batches/<number:batch_id>/undo")
@needs("decision:undo")
def undo(batch_id: int) -> ResponseReturnValue:
    """The answer is shown at once, as it says what could not be taken back; sent twice it does nothing more."""
    undone = batches.undo(database(), account(), batch_id, note=read_note(), clock=now)
    log.info("event=batch_undone account=%d batch=%d undone=%d", account().id, batch_id, len(undone.undone))
    return _batch_page(batch_id, undone=undone)


def _decided(likeness: Likeness, form: BulkForm) -> BatchView:
    return bulk.decide(
        database(),
        account(),
        likeness,
        form.verdict,
        key=form.key,
        clock=now,
        reason=form.reason,
        note=form.note,
        most=AT_A_TIME,
    )


def _class_page(
    code: str, answer: Verdict | None, sent: BulkForm | None = None, problem: StateChangeError | None = None
) -> str:
    """`sent` and `problem`: what was asked for and refused."""
    with database().unit_of_work(read_only=True) as session:
        found = bulk_classes.class_of(session, account(), code, now())
        if found is None:
            raise UnknownIdError("There is no such class of items any more.", "Its items have been decided meanwhile.")
        preview = bulk.preview(session, account(), found.likeness, answer, now()) if answer else None
        done = just_said(session)
    return render_template(
        "bulk_class.html",
        found=found, answers=ANSWERS, answer=answer, preview=preview, problem=problem, note=sent.note if sent else "",
        reason=sent.reason if sent else "", reasons=[(one.id, say(one.title)) for one in database().policy.decisions.reasons],
        key=sent.key if sent else new_key(), flash_key=new_key(), done=done,
    )  # fmt: skip


def _batch_page(batch_id: int, *, problem: str = "", undone: BatchUndone | None = None) -> str:
    with database().unit_of_work(read_only=True) as session:
        found = batches.view(session, account(), batch_id)
    return render_template("bulk_batch.html", batch=found, problem=problem, undone=undone)
