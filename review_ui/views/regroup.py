"""Which record is which child: the board for an item, and for a student who may be two children."""

import logging
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import LinkageError, StateChangeError, UnknownIdError
from linkage.identity import asking, decisions, flags, previews, second_look, students, worklist
from linkage.identity.previews import Preview
from linkage.identity.reveals import mask_of
from linkage.identity.student.views import ConsolidatedRecord
from linkage.identity.views import RecordView, Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import new_key
from review_ui.forms_regroup import RegroupForm, read_regroup
from review_ui.forms_worklist import carried
from review_ui.language import say
from review_ui.onward import onward
from review_ui.present.board import build_board
from review_ui.present.comparison import ordered_records
from review_ui.present.preview import preview_card
from review_ui.services import account, database, now
from rules.rulebook import load_rulebook

area = Blueprint("regroup", __name__)
log = logging.getLogger("near_match.web")

Seen = tuple[Preview, tuple[ConsolidatedRecord, ...]]  # what would happen, and the students' records afterwards


@area.get("/items/<number:item_id>/groups")
@needs("item:decide")
def of_item(item_id: int) -> ResponseReturnValue:
    return _item_page(item_id)


@area.post("/items/<number:item_id>/groups")
@needs("item:decide")
def divide_item(item_id: int) -> ResponseReturnValue:
    form = read_regroup()
    divide = second_look.answer if form.answers else decisions.decide
    try:
        with database().unit_of_work(read_only=form.wants == "preview") as session:
            if form.wants == "preview":
                found = previews.preview(session, account(), form.request(item_id), now=now())
                records = previews.records_afterwards(session, account(), found, now=now())
            else:
                outcome = divide(session, account(), form.request(item_id), now=now())
    except (StateChangeError, UnknownIdError) as error:
        return _item_page(item_id, form, problem=error), status_of(error)
    if form.wants == "preview":
        return _item_page(item_id, form, (found, records))
    log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
    return onward(outcome, Verdict.REGROUP, stays=form.answers)


@area.get("/students/<student_id>/groups")
@needs("student:propose")
def of_student(student_id: str) -> ResponseReturnValue:
    return _student_page(student_id)


@area.post("/students/<student_id>/groups")
@needs("student:propose")
def divide_student(student_id: str) -> ResponseReturnValue:
    form = read_regroup()
    try:
        with database().unit_of_work(read_only=form.wants == "preview") as session:
            if form.wants == "preview":
                found = previews.preview_split(session, account(), student_id, form.request(), now=now())
                records = previews.records_afterwards(session, account(), found, now=now())
            else:
                outcome = flags.flag_split(session, account(), student_id, form.request(), now=now())
    except (StateChangeError, UnknownIdError) as error:
        return _student_page(student_id, form, problem=error), status_of(error)
    if form.wants == "preview":
        return _student_page(student_id, form, (found, records))
    log.info("event=decision account=%d item=%d decision=%d", account().id, outcome.item_id, outcome.decision_id)
    if account().may("item:view"):
        return redirect(url_for("review.show", item_id=outcome.item_id, done=outcome.decision_id), 303)
    return redirect(url_for("students.show", student_id=student_id, flagged=outcome.item_id), 303)


def _item_page(
    item_id: int,
    form: RegroupForm | None = None,
    found: Seen | None = None,
    problem: LinkageError | None = None,
) -> str:
    """`form`: what was sent, kept on the page with its preview or with the reason why it was refused."""
    with database().unit_of_work(read_only=True) as session:
        item = worklist.item(session, account(), item_id, now=now())
        records = ordered_records(item)
        students_of = {record.record_id: record.student_id for record in records}
        suggestion = () if form else asking.likely_children(session, students_of, item.pairs, load_rulebook())
        shown = mask_of(session, account(), students_of, now()).item(item)
    log.info("event=sensitive_read account=%d item=%d", account().id, item_id)
    refusal = (
        "" if Verdict.REGROUP in item.allowed | item.answers else item.refusal or "These records cannot be divided now."
    )
    return _page(ordered_records(shown), suggestion, form, found, problem, item=shown, refusal=refusal)


def _student_page(
    student_id: str,
    form: RegroupForm | None = None,
    found: Seen | None = None,
    problem: LinkageError | None = None,
) -> str:
    with database().unit_of_work(read_only=True) as session:
        student = students.consolidated(session, account(), student_id, now=now())
        records = sorted(student.record.records, key=lambda record: int(record.record_id))
        students_of = {record.record_id: record.student_id for record in records}
        suggestion = () if form else asking.likely_children(session, students_of, (), load_rulebook())
    log.info("event=sensitive_read account=%d student=%s", account().id, student.student_id)
    refusal = "" if len(records) > 1 else "This student has one record; there is nothing to divide."
    return _page(records, suggestion, form, found, problem, student=student, refusal=refusal)


def _page(
    records: Sequence[RecordView],
    suggestion: Sequence[Sequence[str]],
    form: RegroupForm | None,
    found: Seen | None,
    problem: LinkageError | None,
    **about: object,
) -> str:
    board = build_board(records, suggestion, form.children if form else None, form.keeps if form else None)
    labels = {card.record_id: card.label for column in board.columns for card in column.cards}
    return render_template(
        "groups.html",
        board=board,
        card=preview_card(found[0], labels) if found else None,
        afterwards=found[1] if found else (),
        sent=form,
        problem=problem,
        said_reasons=[(reason.id, say(reason.title)) for reason in database().policy.decisions.reasons],
        query=carried(),
        form_key=new_key(),
        **about,
    )
