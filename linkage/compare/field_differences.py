"""Differences between two records that no single column shows: names that stand in another field on the other side.

For the screen only, as `compare.differences`, which looks at one column at a time.
"""

from collections.abc import Mapping, Sequence

from linkage.compare.differences import (
    WRITTEN_ALIKE,
    Difference,
    DifferenceKind,
    name_difference,
    named,
    same_letters,
    words_of,
)

GIVEN, SURNAMES = ("first_name", "middle_name"), ("last_name_1", "last_name_2")
PARENT_GIVEN, PARENT_LAST = ("parent1_first", "parent2_first"), ("parent1_last", "parent2_last")
SWAPPED = {
    GIVEN: "Given and middle name swapped",
    SURNAMES: "The two surnames swapped",
    PARENT_GIVEN: "Parent 1 and 2 swapped",
    PARENT_LAST: "Parent 1 and 2 swapped",
}
ONE_OF_TWO = {GIVEN: "One of two given names", SURNAMES: "One of two surnames"}
BLUNT = {DifferenceKind.DIFFERENT, DifferenceKind.FEW_LETTERS, DifferenceKind.PART, DifferenceKind.INITIAL}

Values = Mapping[str, str]  # column -> value


def column_differences(columns: Sequence[str], left: Values, right: Values) -> dict[str, Difference]:
    """Each column's difference of `right` from `left`; a column that is absent is empty."""
    found = {column: name_difference(column, left.get(column, ""), right.get(column, "")) for column in columns}
    for pair in SWAPPED:
        if set(pair) <= set(columns):
            found |= _across(pair, found, left, right)
    return found


def _across(
    pair: tuple[str, str], found: Mapping[str, Difference], left: Values, right: Values
) -> dict[str, Difference]:
    """What the two fields of `pair` say together, where each alone says only that it differs, or is empty."""
    one, two = pair
    if not any(found[column].kind not in WRITTEN_ALIKE for column in pair):
        return {}
    crossed = [_same(left.get(one, ""), right.get(two, "")), _same(left.get(two, ""), right.get(one, ""))]
    if all(crossed):
        return dict.fromkeys(pair, named(DifferenceKind.FIELDS_SWAPPED, SWAPPED[pair]))
    if pair not in ONE_OF_TWO:
        return {
            here: named(DifferenceKind.OTHER_FIELD)
            for here, other in ((one, two), (two, one))
            if _strays(here, other, left, right)
        }
    named_here: dict[str, Difference] = {}
    whole_left, whole_right = _words(pair, left), _words(pair, right)
    for column in pair:
        kind = found[column].kind
        here, there = set(words_of(right.get(column, ""))), set(words_of(left.get(column, "")))
        if kind is DifferenceKind.MISSING and here | there <= whole_left & whole_right:
            named_here[column] = named(DifferenceKind.OTHER_FIELD)
        elif kind in BLUNT and whole_left != whole_right and (whole_right < whole_left or whole_left < whole_right):
            named_here[column] = named(DifferenceKind.PART, ONE_OF_TWO[pair])
        elif kind in BLUNT and whole_left == whole_right:
            named_here[column] = named(DifferenceKind.REORDERED, "Same names, divided otherwise")
    return named_here


def _strays(here: str, other: str, left: Values, right: Values) -> bool:
    """Whether what `right` says here stands in the other field of `left`, or says nothing because it says it there."""
    alone = not _same(left.get(here, ""), right.get(here, ""))
    given = right.get(here, "")
    return alone and (
        _same(given, left.get(other, "")) or (not given and _same(left.get(here, ""), right.get(other, "")))
    )


def _same(left: str, right: str) -> bool:
    return bool(left and right) and same_letters(left, right)


def _words(columns: Sequence[str], values: Values) -> set[str]:
    return {word for column in columns for word in words_of(values.get(column, ""))}
