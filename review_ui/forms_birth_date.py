"""What people send about a birth date: a document that somebody saw, what came of a step, on which evidence the date rests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import abort, request

from linkage.errors import StateChangeError
from linkage.identity.dob.cases import Entry
from linkage.identity.dob.evidence import Document
from linkage.identity.views import Request, Verdict
from review_ui.forms import LARGEST, UNSEEN, read_key, read_note

LONGEST = 100  # characters of a name or a place


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was refused: `form` names it, `values` is what stood in it."""

    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def of(self, form: str, name: str) -> str:
        """What was typed into a field of this form; "" if another form was sent, or none."""
        return self.values.get(name, "") if form == self.form else ""


def typed(form: str) -> Typed:
    return Typed(form, request.form)


def read_entry(item_id: int) -> Entry:
    return Entry(item_id, read_number("version"), read_key(), read_note())


def read_document() -> Document:
    """Raises StateChangeError for a date that is none: the person mends it on the page."""
    return Document(
        record_id=read_number("record"),
        code=_line("document"),
        birth_date=_day("birth_date", "the birth date on the document"),
        seen_by=_line("seen_by"),
        seen_at=_line("seen_at"),
        seen_on=_day("seen_on", "the day on which it was seen"),
    )


def read_settling(item_id: int) -> Request:
    """Raises StateChangeError if no evidence is chosen."""
    if not request.form.get("evidence"):
        raise StateChangeError("A birth date rests on evidence.", "Choose the document that counts.")
    return Request(
        item_id,
        read_number("version"),
        Verdict.SETTLE_DATE,
        read_key(),
        note=read_note(),
        reason=_line("reason"),
        evidence_id=read_number("evidence"),
    )


def read_number(name: str) -> int:
    """Aborts with 400: our own forms send a number that a database row can have."""
    value = request.form.get(name, "", type=str)
    if not (value.isascii() and value.isdigit() and 0 < int(value[:12]) <= LARGEST):
        abort(400, "The form is incomplete.")
    return int(value)


def _line(name: str) -> str:
    return UNSEEN.sub("", request.form.get(name, "")).strip()[:LONGEST]


def _day(name: str, what: str) -> date:
    try:
        return date.fromisoformat(_line(name))
    except ValueError:
        raise StateChangeError(f"Fill in {what}.", "Write it like 2012-08-03.") from None
