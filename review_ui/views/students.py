"""A student: the consolidated record, what each State says, what was decided; on the screen, on paper and as a file."""

import base64
import hashlib
import logging
import re
from functools import cache

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import LinkageError, StateChangeError
from linkage.identity import reveals, students
from linkage.identity.context import policy
from linkage.identity.student import disputes
from linkage.identity.student.export import exported
from linkage.identity.student.views import ConsolidatedView
from review_ui import filters
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import new_key
from review_ui.forms_reveal import read_reveal
from review_ui.forms_students import DisputeForm
from review_ui.language import reader
from review_ui.present.student import build_student
from review_ui.services import account, database, now

area = Blueprint("students", __name__)
log = logging.getLogger("near_match.web")

FILES = {"html": "text/html", "json": "application/json", "csv": "text/csv"}
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@area.get("/students/<student_id>")
@needs("student:view")
def show(student_id: str) -> ResponseReturnValue:
    return page(student_id)


def page(student_id: str, dispute: DisputeForm | None = None, problem: LinkageError | None = None) -> str:
    """`dispute` and `problem`: a statement that was refused, kept in its form. Raises UnknownIdError."""
    with database().unit_of_work(read_only=True) as session:
        student = students.consolidated(session, account(), student_id, now=now())
        limits = policy(session).guards.attendance
        mask = reveals.mask_of(session, account(), (one.record_id for one in student.records), now())
        left_today = reveals.left_today(session, account(), now()) if reveals.is_masked(account()) else None
    log.info("event=sensitive_read account=%d student=%s", account().id, student.student_id)
    return render_template(
        "student.html",
        student=student,
        page=build_student(student, limits, mask, filters.state),
        left_today=left_today,
        dispute=dispute or DisputeForm(),
        made_by=disputes.MADE_BY,
        longest=disputes.LONGEST,
        problem=problem,
        noted=request.args.get("noted", ""),
        flagged=request.args.get("flagged", 0, type=int),
        form_key=new_key(),
    )


@area.post("/students/<student_id>/reveal")
@needs("student:view")
def reveal(student_id: str) -> ResponseReturnValue:
    """A masked role asks for one value: written down, then shown."""
    asked = read_reveal()
    try:
        with database().unit_of_work() as session:
            reveals.reveal(session, account(), None, asked.record_id, asked.field, now())
    except StateChangeError as error:
        return page(student_id, problem=error), status_of(error)
    return redirect(url_for("students.show", student_id=student_id, _anchor=f"cell-{asked.cell}"), 303)


@area.post("/students/<student_id>/print")
@needs("student:print")
def paper(student_id: str) -> ResponseReturnValue:
    """A page that stands alone, to print or to keep. Its style stands in it, so this page allows that one style and nothing else.

    By POST, as every way out of the record: the ledger keeps it, and no link or prefetch of a browser may write there.
    """
    _, text = _exported(student_id, "html")
    response = Response(text, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _policy_for(STYLE.findall(text)[0])
    return response


@area.post("/students/<student_id>/export/<form>")
@needs("student:export")
def export(student_id: str, form: str) -> ResponseReturnValue:
    if form not in FILES:
        abort(404)
    student, text = _exported(student_id, form)
    response = Response(text.encode("utf-8-sig") if form == "csv" else text, mimetype=FILES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="student-{student.student_id}.{form}"'
    return response


def _exported(student_id: str, form: str) -> tuple[ConsolidatedView, str]:
    """The ledger keeps it. Without a moment: what a masked role has revealed for some minutes does not go on paper."""
    with database().unit_of_work() as session:
        student = students.consolidated(session, account(), student_id)
        text = exported(session, account(), student, form, now=now(), reader=reader())
    log.info("event=student_export account=%d student=%s form=%s", account().id, student.student_id, form)
    return student, text


@cache
def _policy_for(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
