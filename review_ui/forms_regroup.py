"""What the board sends: which record is which child, which ID each child keeps, what the children are to each other, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request

from linkage.identity.views import Part, Request, Verdict
from review_ui.forms import LARGEST, read_key, read_note

CHILD, KEEPS = "child-", "keeps-"  # child-<record id> = letter, keeps-<letter> = student ID
BETWEEN = (Verdict.DIFFERENT, Verdict.TWINS)
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class RegroupForm:
    """`children`: record id -> letter. `wants`: preview or save."""

    version: int
    idempotency_key: str
    children: Mapping[str, str]
    keeps: Mapping[str, str]
    between: Verdict
    reason: str
    note: str
    wants: str
    answers: bool  # sent from a page that does not show what the first person said

    @property
    def parts(self) -> tuple[Part, ...]:
        """The records of each child, in the order of the letters."""
        found: dict[str, list[str]] = {}
        for record, letter in sorted(self.children.items(), key=lambda one: (one[1], int(one[0]))):
            found.setdefault(letter, []).append(record)
        return tuple(Part(tuple(records), self.keeps.get(letter, "")) for letter, records in found.items())

    def request(self, item_id: int = 0) -> Request:
        """What is asked for; a flag makes its own item."""
        return Request(
            item_id,
            self.version,
            Verdict.REGROUP,
            self.idempotency_key,
            note=self.note,
            reason=self.reason,
            parts=self.parts,
            between=self.between,
        )


def read_regroup() -> RegroupForm:
    try:
        version = int(request.form.get("version", ""))
        between = Verdict(request.form.get("between", ""))
    except ValueError:
        abort(400, "The form does not say what was decided.")
    children = _named(CHILD)
    if not 0 < version <= LARGEST or between not in BETWEEN or not all(map(_is_number, children)):
        abort(400, "The form is incomplete.")
    return RegroupForm(
        version=version,
        idempotency_key=read_key(),
        children=children,
        keeps={letter: student for letter, student in _named(KEEPS).items() if student},
        between=between,
        reason=request.form.get("reason", "")[:LONGEST_CODE],
        note=read_note(),
        wants="save" if request.form.get("wants") == "save" else "preview",
        answers="answers" in request.form,
    )


def _named(prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value[:LONGEST_CODE]
        for name, value in request.form.items()
        if name.startswith(prefix)
    }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= LARGEST
