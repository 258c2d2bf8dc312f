"""What people send about students: which ones are one child, and what a parent or student says against a record."""

import re
from dataclasses import dataclass

from flask import request

from linkage.errors import StateChangeError
from linkage.identity.views import Request, Verdict
from review_ui.forms import UNSEEN, read_key, read_note
from review_ui.forms_birth_date import read_number

MOST_STUDENTS = 8  # side by side


@dataclass(frozen=True, slots=True)
class FlagForm:
    keep: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DisputeForm:
    record_id: int = 0
    made_by: str = ""
    statement: str = ""


def read_students() -> list[str]:
    """The IDs of the address and of the form, each once, in their order, without gaps. Raises StateChangeError if there are too many."""
    written = [*request.values.get("students", "").split(","), request.values.get("add", "")]
    found = list(dict.fromkeys(filter(None, (re.sub(r"[\s-]", "", one)[:20] for one in written))))
    if len(found) > MOST_STUDENTS:
        raise StateChangeError(
            f"More than {MOST_STUDENTS} students are not compared at once.", "Merge some of them first."
        )
    return found


def read_flag() -> FlagForm:
    return FlagForm(request.form.get("keep", "")[:20], request.form.get("reason", "")[:40], read_note())


def flag_request(form: FlagForm) -> Request:
    return Request(0, 0, Verdict.SAME, read_key(), note=form.note, reason=form.reason, keep=form.keep)


def read_dispute() -> DisputeForm:
    statement = UNSEEN.sub("", request.form.get("statement", "").replace("\r\n", "\n")).strip()
    return DisputeForm(read_number("record"), request.form.get("made_by", ""), statement)
