"""What the engine says of a group of fields, and the name that a single cell gets."""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage.compare.differences import Difference, DifferenceKind
from linkage.identity.views import RecordView
from linkage.records import PairEvidence
from review_ui.present.field_groups import FieldGroup

ALIKE = {"equal", "compatible", "similar"}  # strengths of rules/matching.yaml

# What letters alone do not show, and a level of rules/matching.yaml does.
NAMED_LEVELS = {
    "nickname": "Nickname or short form",
    "call_name": "Second given name only",
    "exchanged": "Given name and surname swapped",
    "as_middle": "Surname filed as middle name",
    "spelling": "Another spelling",
    "sounds": "Sounds alike",
    "other_calendar": "Other calendar or century",
    "one_alike": "Nickname or other spelling",
    "parent_surname": "A parent's surname",
    "city_alike": "Spelled nearly alike",
}
ANOTHER = "Another value"  # no verdict: it is not weighed, or its group as a whole is found alike
OVERRULED = {DifferenceKind.DIFFERENT, DifferenceKind.FEW_LETTERS, DifferenceKind.CUT_SHORT}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the engine says of one group of fields for one record against the first."""

    label: str  # "Record 2", "Records 2 and 3"; "" when there are only two records
    sentence: str
    strength: str
    columns: tuple[int, ...]  # of the grid: 1 is the second record
    level: str


def findings_of(group: FieldGroup, records: Sequence[RecordView], pairs: Sequence[PairEvidence]) -> tuple[Finding, ...]:
    """What the engine says of each record against the first; one sentence for those of which it says the same."""
    strengths = dict(group.strengths)
    by_ids = {frozenset((pair.left, pair.right)): pair for pair in pairs}
    found: dict[tuple[str, str], list[int]] = {}
    for at, record in enumerate(records[1:], start=1):
        pair = by_ids.get(frozenset((records[0].record_id, record.record_id)))
        for line in pair.lines if pair else ():
            if line.field == group.id and strengths.get(line.level, "missing") != "missing":
                found.setdefault((line.sentence, line.level), []).append(at)
    return tuple(
        Finding(_label(columns, len(records)), sentence, strengths[level], tuple(columns), level)
        for (sentence, level), columns in found.items()
    )


def found_alike(at: int, difference: Difference, findings: Sequence[Finding]) -> bool:
    """Whether the engine knows the values to be alike where letters alone say that they differ."""
    return difference.kind in OVERRULED and _level(at, findings) in NAMED_LEVELS


def badge(at: int, difference: Difference, group: FieldGroup, findings: Sequence[Finding]) -> str:
    """The name of the difference. No cell says "different" where the engine finds the names alike, or where nothing is weighed."""
    level = _level(at, findings)
    if difference.kind is DifferenceKind.SAME:
        return ""
    if found_alike(at, difference, findings):
        return NAMED_LEVELS[level]
    if difference.kind is DifferenceKind.DIFFERENT and (level or not group.strengths):
        return ANOTHER
    return difference.sentence


def _level(at: int, findings: Sequence[Finding]) -> str:
    """The level of the engine that calls a record's fields alike, "" if there is none."""
    return next((one.level for one in findings if at in one.columns and one.strength in ALIKE), "")


def _label(columns: Sequence[int], records: int) -> str:
    if records == 2:
        return ""
    numbers = [str(at + 1) for at in columns]
    return f"Record {numbers[0]}" if len(numbers) == 1 else f"Records {', '.join(numbers[:-1])} and {numbers[-1]}"
