"""Compares two children written as `first | middle | last 1 | last 2` the way the engine does."""

import numpy as np

from linkage.engine.matcher import Matcher
from linkage.records import PairTable, RecordTable
from rules.rulebook import load_rulebook

NAME_COLUMNS = ("first_name", "middle_name", "last_name_1", "last_name_2")
RULEBOOK = load_rulebook()
MATCHER = Matcher.of_rules(RULEBOOK, fixed_shares=True)


def child(name: str, **columns: str) -> dict[str, str]:
    """A record with the name spelled in four parts; the other columns are missing unless given."""
    parts = [part.strip() for part in name.split("|")]
    return dict(zip(NAME_COLUMNS, parts + [""] * (4 - len(parts)), strict=True)) | columns


def levels(left: dict[str, str], right: dict[str, str]) -> dict[str, str]:
    """Field id -> level id of two records."""
    columns = dict.fromkeys(MDE, ("", ""))
    columns |= {name: (left.get(name, ""), right.get(name, "")) for name in (*left, *right)}
    table = MATCHER.standardize(RecordTable(("1", "2"), columns, ("TX", "WA")))
    one = PairTable(np.array([0]), np.array([1]), np.array([0]))
    found = MATCHER.engine.compare(table, one).levels[0]
    fields = MATCHER.engine.fields
    return {
        field.id: MATCHER.engine.levels[field.compare][int(level)].id
        for field, level in zip(fields, found, strict=True)
    }


MDE = (
    "first_name", "middle_name", "last_name_1", "last_name_2", "suffix", "sex", "birth_date", "multiple_birth",
    "birth_city", "birth_state", "birth_country", "birth_date_verification",
    "parent1_first", "parent1_last", "parent2_first", "parent2_last",
)  # fmt: skip
