"""Which record is which child: the board for an item, and for a student who may be two children."""

import logging

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import asking, decisions, flags, previews, students, worklist
from linkage.identity.previews import Preview
from linkage.identity.views import ItemView, RecordView, Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import new_key
from review_ui.forms_regroup import RegroupForm, read_regroup
from review_ui.present.board import build_board
from review_ui.present.comparison import ordered_records
from review_ui.present.preview import preview_card
from review_ui.services import account, database, now
from rules.rulebook import load_rulebook

area = Blueprint("regroup", __name__)
log = logging.getLogger("near_match.web")


@area.get("/items/<number:item_id>/groups")
@needs("item:decide")
def of_item(item_id: int) -> ResponseReturnValue:
    return _item_page(item_id)


@area.post("/items/<number:item_id>/groups")
@needs("item:decide")
def divide_item(item_id: int) -> ResponseReturnValue:
    form = read_regroup()
    try:
        with database().unit_of_work(read_only=form.wants == "preview") as session:
            if form.wants == "preview":
                found = previews.preview(session, account(), form.request(item_id), now=now())
            else:
                outcome = decisions.decide(session, account(), form.request(item_id), now=now())
    except (StateChangeError, UnknownIdError) as error:
        return _item_page(item_id, form, problem=error), status_of(error)
    if form.wants == "preview":
        return _item_page(item_id, form, found)
    log.info("event=decision account=%d item=%d decision=%d", account().id, item_id, outcome.decision_id)
    return redirect(url_for("review.show", item_id=item_id, decision=outcome.decision_id), 303)
