"""Which masked value somebody asks for."""

from dataclasses import dataclass

from flask import abort, request

from review_ui.forms import LARGEST
from rules.mde_list import load_mde_list


@dataclass(frozen=True, slots=True)
class RevealForm:
    record_id: int
    field: str  # a column of the element list

    @property
    def cell(self) -> str:
        """The name of its place on the page."""
        return f"{self.record_id}-{self.field}"


def read_reveal() -> RevealForm:
    """Refuses with 400 what is no record and no element."""
    record_id, field = request.form.get("record", 0, type=int), request.form.get("field", "")
    if not 0 < record_id <= LARGEST or field not in load_mde_list().columns:
        abort(400, "The form does not say which value to show.")
    return RevealForm(record_id, field)
