"""Names that stand in another field on the other record, named for the screen."""

import pytest

from linkage.compare.differences import DifferenceKind
from linkage.compare.field_differences import GIVEN, SURNAMES, column_differences

KIND = DifferenceKind


def kinds(columns: tuple[str, str], left: tuple[str, str], right: tuple[str, str]) -> tuple[DifferenceKind, ...]:
    found = column_differences(columns, dict(zip(columns, left, strict=True)), dict(zip(columns, right, strict=True)))
    return tuple(found[column].kind for column in columns)


@pytest.mark.parametrize(
    ("columns", "left", "right", "expected"),
    [
        (GIVEN, ("Juan", "Carlos"), ("Carlos", "JUAN"), (KIND.FIELDS_SWAPPED, KIND.FIELDS_SWAPPED)),
        (SURNAMES, ("García", "López"), ("Lopez", "Garcia"), (KIND.FIELDS_SWAPPED, KIND.FIELDS_SWAPPED)),
        (SURNAMES, ("García", "López"), ("Lopez", ""), (KIND.PART, KIND.OTHER_FIELD)),
        (SURNAMES, ("García", "López"), ("García", ""), (KIND.SAME, KIND.MISSING)),
        (SURNAMES, ("García López", ""), ("García", "López"), (KIND.REORDERED, KIND.OTHER_FIELD)),
        (SURNAMES, ("García", "López"), ("Ruiz", "López"), (KIND.DIFFERENT, KIND.SAME)),
        (GIVEN, ("Ana", ""), ("Ana", "Sofía"), (KIND.SAME, KIND.MISSING)),
    ],
)
def test_what_two_fields_say_together_has_its_name(columns, left, right, expected):
    assert kinds(columns, left, right) == expected
    assert kinds(columns, right, left) == expected


def test_each_name_is_said_in_the_words_of_its_field():
    found = column_differences(
        GIVEN, {"first_name": "Juan", "middle_name": "Luis"}, {"first_name": "Luis", "middle_name": "Juan"}
    )
    assert found["first_name"].sentence == "Given and middle name swapped"


def test_parents_in_the_other_order_are_no_conflict():
    columns = ("parent1_first", "parent2_first")
    assert kinds(columns, ("Rosa", "Juan"), ("Juan", "Rosa")) == (KIND.FIELDS_SWAPPED, KIND.FIELDS_SWAPPED)
    assert kinds(columns, ("Rosa", "Juan"), ("Juan", "")) == (KIND.OTHER_FIELD, KIND.OTHER_FIELD)
    assert kinds(columns, ("Rosa", "Juan"), ("Juan", "Inés")) == (KIND.OTHER_FIELD, KIND.DIFFERENT)
