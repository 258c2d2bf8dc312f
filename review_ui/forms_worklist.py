"""The list, the filters and the order that stand in the address of the worklist and of the items opened from it.

What was searched for is not among them: it may be a State's ID of a child, which has no place in an address.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, request

from linkage.identity.bulk_classes import ANSWERS
from linkage.identity.ids import is_student_id
from linkage.identity.saved_views import LONGEST_NAME, LONGEST_VALUE
from linkage.identity.views import Kind, Status
from linkage.identity.work_lists import Sort, Wanted, WorkList
from review_ui.forms import UNSEEN

NAMES = ("list", "status", "kind", "state", "district", "age", "band", "guard", "counted", "assigned", "sort")
LONGEST_SEARCH = 100  # characters
_MOST_DAYS = 3650
_YES_NO = {"yes": True, "no": False}

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")


def read_wanted() -> Wanted:
    """What the address asks for; without a list it is the whole jurisdiction. 400 for a word that is none."""
    least, below = _read("band", _band) or (None, None)
    return Wanted(
        list=_one_of("list", WorkList) or WorkList.JURISDICTION,
        status=_one_of("status", Status),
        kind=_one_of("kind", Kind),
        state=_read("state", _state) or "",
        district=_text("district"),
        older_than=_read("age", _days),
        least=least,
        below=below,
        guard=_text("guard"),
        in_child_count=_read("counted", _YES_NO.__getitem__),
        assignee=_text("assigned"),
        sort=_one_of("sort", Sort) or Sort.DECIDABLE,
    )


def as_query(wanted: Wanted) -> dict[str, Any]:
    """The same as parameters for `url_for`; whatever narrows nothing is left out."""
    counted = {True: "yes", False: "no", None: ""}[wanted.in_child_count]
    found = {
        "list": "" if wanted.status else str(wanted.list),
        "status": str(wanted.status or ""),
        "kind": str(wanted.kind or ""),
        "state": wanted.state,
        "district": wanted.district,
        "age": "" if wanted.older_than is None else str(wanted.older_than.days),
        "band": band_code(wanted),
        "guard": wanted.guard,
        "counted": counted,
        "assigned": wanted.assignee,
        "sort": "" if wanted.sort is Sort.DECIDABLE else str(wanted.sort),
    }
    return {name: value for name, value in found.items() if value}


def read_class() -> dict[str, str]:
    """The class of alike items of whose sample this item is, and the answer one has in mind; {} where one came from a list."""
    code, answer = request.args.get("class", ""), request.args.get("answer", "")
    return {"class": code, "answer": answer} if re.fullmatch(r"[0-9a-f]{16}", code) and answer in ANSWERS else {}


def carried() -> dict[str, Any]:
    """What stands in the address of an item besides its number: where one came from, and where one goes on."""
    return as_query(read_wanted()) | read_class()


def read_item_search() -> str:
    """The number of an item, a student ID or a State's student ID, as somebody types or pastes it."""
    typed = UNSEEN.sub("", request.form.get("search", "")).strip()[:LONGEST_SEARCH]
    digits = re.sub(r"[\s-]", "", typed)  # 1234 5678 9012, as our own screens write it
    return digits if is_student_id(digits) else typed


def read_view_name() -> str:
    return request.form.get("name", "")[: 2 * LONGEST_NAME]  # the rules about it live in `identity.saved_views`


def band_code(wanted: Wanted) -> str:
    """The bounds of the probability in percent, `50-90`; "" without bounds."""
    if wanted.least is None and wanted.below is None:
        return ""
    return f"{round((wanted.least or 0) * 100)}-{100 if wanted.below is None else round(wanted.below * 100)}"


def _one_of(name: str, words: type[Word]) -> Word | None:
    return _read(name, words)


def _read(name: str, reader: Callable[[str], Value]) -> Value | None:
    """The parameter as a value; None if it is absent or empty."""
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        return reader(text)
    except (ValueError, KeyError):
        abort(400, "There is no such list.")


def _text(name: str) -> str:
    text = UNSEEN.sub("", request.args.get(name, "")).strip()
    if len(text) > LONGEST_VALUE:
        abort(400, "There is no such list.")
    return text


def _state(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError(text)
    return text.upper()


def _days(text: str) -> timedelta:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > _MOST_DAYS:
        raise ValueError(text)
    return timedelta(days=int(text))


def _band(text: str) -> tuple[float | None, float | None]:
    """`50-90` is from 50 to below 90 in 100; at 0 and at 100 there is no bound, so that certainty is in a band as well."""
    found = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,3})", text)
    if not found or not int(found[1]) < int(found[2]) <= 100:
        raise ValueError(text)
    least, below = int(found[1]), int(found[2])
    return least / 100 if least else None, below / 100 if below < 100 else None
