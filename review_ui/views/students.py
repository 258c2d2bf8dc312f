"""A student: the consolidated record, what each State says, and what was decided."""

import logging

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from linkage.identity import students
from review_ui.access import needs
from review_ui.services import account, database

area = Blueprint("students", __name__)
log = logging.getLogger("near_match.web")


@area.get("/students/<student_id>")
@needs("student:view")
def show(student_id: str) -> ResponseReturnValue:
    with database().unit_of_work(read_only=True) as session:
        student = students.consolidated(session, account(), student_id)
    log.info("event=sensitive_read account=%d student=%s", account().id, student.student_id)
    return render_template("student.html", student=student)
