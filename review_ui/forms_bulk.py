"""What the forms about many items at once send."""

from dataclasses import dataclass

from flask import abort, request

from linkage.identity.bulk_classes import ANSWERS
from linkage.identity.views import Verdict
from review_ui.forms import read_key, read_note


@dataclass(frozen=True, slots=True)
class BulkForm:
    verdict: Verdict
    note: str
    key: str
    reason: str = ""


def read_bulk() -> BulkForm:
    verdict = _verdict(request.form.get("verdict", ""))
    if verdict is None:
        abort(400, "The form does not say what was decided.")
    return BulkForm(verdict, read_note(), read_key(), request.form.get("reason", "")[:100])


def read_answer() -> Verdict | None:
    """The answer whose effect is asked for; None before one is chosen. 400 for a word that is none."""
    return _verdict(request.args.get("answer", ""))


def _verdict(text: str) -> Verdict | None:
    if text and text not in ANSWERS:
        abort(400, "Items are decided together as same, different or twins.")
    return Verdict(text) if text else None
