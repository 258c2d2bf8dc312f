"""What a decision would do, as the lines of a card. Of a merge and of a regrouping alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from linkage.identity.previews import Preview
from linkage.identity.regrouping import Group
from review_ui.present import words

NEW_ID = "a new ID"


@dataclass(frozen=True, slots=True)
class StudentToBe:
    """One student afterwards: the ID in words, and of which records it would be."""

    student_id: str
    records: str


@dataclass(frozen=True, slots=True)
class PreviewCard:
    """`retired`: IDs in words that would lead to another student. `told`: States. `refusal`: why it cannot be done, and then nothing else."""

    students: tuple[StudentToBe, ...]
    retired: tuple[str, ...]
    count: str
    second_person: str
    applies_at: datetime | None
    told: tuple[str, ...]
    refusal: str


def preview_card(found: Preview, labels: Mapping[str, str]) -> PreviewCard:
    """`labels`: record id -> how the page calls the record ("Record 1")."""
    return PreviewCard(
        students=tuple(_student(group, labels) for group in found.groups),
        retired=tuple(map(words.student_id_words, found.retired)),
        count=found.count,
        second_person=found.second_person,
        applies_at=found.applies_at,
        told=found.told,
        refusal=found.refusal,
    )


def _student(group: Group, labels: Mapping[str, str]) -> StudentToBe:
    shown = [labels[str(record)] for record in group.records if str(record) in labels]
    further = len(group.records) - len(shown)
    if further:
        shown.append("1 more record" if further == 1 else f"{further} more records")
    return StudentToBe(words.student_id_words(group.student_id) or NEW_ID, listed(shown))


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
