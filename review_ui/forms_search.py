"""What is sent back from a list of results: ticks, the records shown, the one to add."""

import re

from flask import abort, request

from review_ui.forms import LARGEST

PREFIX = "student-"
STUDENT = re.compile(r"\d{12}")
MOST = 200  # of one page of results


def read_ticked() -> list[str]:
    """The ticked students; with the one from which the search started."""
    named = (name.removeprefix(PREFIX) for name in request.form if name.startswith(PREFIX))
    return [one for one in named if STUDENT.fullmatch(one)]


def read_shown() -> list[int]:
    """The records that were on the page."""
    shown = [one for one in request.form.get("shown", "").split(",") if one]
    if len(shown) > MOST or not all(one.isascii() and one.isdigit() and int(one) <= LARGEST for one in shown):
        abort(400, "The form does not say what was shown.")
    return [int(one) for one in shown]


def read_wanted() -> str:
    """The student to add to an item: twelve digits."""
    wanted = request.form.get("wanted", "")
    if not STUDENT.fullmatch(wanted):
        abort(400, "The form does not say which record to add.")
    return wanted


def read_version() -> int:
    """The version of the item that the page showed."""
    version = request.form.get("version", type=int)
    if not version or not 0 < version <= LARGEST:
        abort(400, "The form speaks of a version that cannot be.")
    return version
