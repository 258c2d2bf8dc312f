"""What a parent, guardian or student says against a record: entered and withdrawn on the student's page."""

import logging

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity.student import disputes
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import read_key
from review_ui.forms_students import read_dispute
from review_ui.services import account, database, now
from review_ui.views import students

area = Blueprint("disputes", __name__)
log = logging.getLogger("near_match.web")


@area.post("/students/<student_id>/disputes")
@needs("student:dispute")
def enter(student_id: str) -> ResponseReturnValue:
    form, key = read_dispute(), read_key()
    try:
        with database().unit_of_work() as session:
            number = disputes.enter(
                session,
                account(),
                form.record_id,
                form.statement,
                made_by=form.made_by,
                idempotency_key=key,
                now=now(),
            )
    except NotAllowedError:
        raise
    except StateChangeError as error:
        return students.page(student_id, form, error), status_of(error)
    log.info("event=dispute account=%d dispute=%d", account().id, number)
    return redirect(url_for("students.show", student_id=student_id, noted="dispute"), 303)


@area.post("/students/<student_id>/disputes/<number:dispute_id>/withdraw")
@needs("student:dispute")
def withdraw(student_id: str, dispute_id: int) -> ResponseReturnValue:
    with database().unit_of_work() as session:
        disputes.withdraw(session, account(), dispute_id, now=now())
    log.info("event=dispute_withdrawn account=%d dispute=%d", account().id, dispute_id)
    return redirect(url_for("students.show", student_id=student_id, noted="withdrawn"), 303)
