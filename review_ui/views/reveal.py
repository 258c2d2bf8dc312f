"""A masked role asks for one value: written down, then shown on the page it came from."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from linkage.identity import reveals
from review_ui.access import needs
from review_ui.forms_reveal import read_reveal
from review_ui.forms_worklist import carried
from review_ui.services import account, database, now

area = Blueprint("reveal", __name__)


@area.post("/items/<number:item_id>/reveal")
@needs("item:view")
def value(item_id: int) -> ResponseReturnValue:
    asked = read_reveal()
    with database().unit_of_work() as session:
        reveals.reveal(session, account(), item_id, asked.record_id, asked.field, now())
    place = url_for("review.show", item_id=item_id, shown=asked.cell, **carried(), _anchor=f"cell-{asked.cell}")
    return redirect(place, 303)
