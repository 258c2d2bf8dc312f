"""The fields of the comparison in groups, in the order in which they are shown."""

from dataclasses import dataclass

from linkage.compare.field_differences import SURNAMES
from rules.matching import Matching
from rules.mde_list import MdeList
from rules.name_tables import NameTables

IDS = {"state_student_id", "state_student_id_type"}  # differ by nature; shown with the State
WITH_NAMES = "suffix"  # stands with the names, wherever the rules weigh it


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Columns that are judged together, as in rules/matching.yaml; `strengths` says how each level is meant. `tables`: of surnames."""

    id: str
    title: str
    columns: tuple[str, ...]
    strengths: tuple[tuple[str, str], ...]
    tables: NameTables | None = None


def field_groups(matching: Matching, elements: MdeList, tables: NameTables) -> tuple[FieldGroup, ...]:
    """The fields of the rules in their order, names together, then the elements that are shown but not weighed."""
    groups = [
        FieldGroup(
            field.id,
            field.title,
            field.columns,
            tuple((level.id, level.strength) for level in matching.comparisons[field.compare]),
            tables if tuple(field.columns) == SURNAMES else None,
        )
        for field in matching.fields
    ]
    weighed = {column for group in groups for column in group.columns}
    shown = [column for column in elements.block("demographic") if column not in weighed and column not in IDS]
    suffix = [group for group in groups if group.id == WITH_NAMES]
    surnames = next((at for at, group in enumerate(groups) if group.tables), None)
    if suffix and surnames is not None:
        groups.remove(suffix[0])
        groups.insert(surnames + 1, suffix[0])
    return (*groups, FieldGroup("other", "Not weighed", tuple(shown), ()))
