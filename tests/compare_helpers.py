"""Compares two children written as `first | middle | last 1 | last 2` the way the engine does."""

import numpy as np

from linkage.engine.matcher import Matcher
from linkage.records import PairTable
from linkage.standardize.layout import CHILD, MDE_LAYOUT
from tests.standardize_helpers import RULEBOOK, parts_of, table_of

MATCHER = Matcher.of_rules(RULEBOOK)


def child(name: str, **columns: str) -> dict[str, str]:
    """A record with the name spelled in four parts; the other columns are missing unless given."""
    return dict(zip(MDE_LAYOUT.names[CHILD].columns, parts_of(name), strict=True)) | columns


def levels(left: dict[str, str], right: dict[str, str]) -> dict[str, str]:
    """Field id -> level id of two records."""
    model = MATCHER.ready()
    space = MATCHER.engine.lone_pairs(MATCHER.standardize(table_of([left, right])), model.population)
    one = PairTable(np.array([0]), np.array([1]), np.array([0]))
    found = MATCHER.engine.score(space, one, model).compared.levels[0]
    fields = MATCHER.engine.fields
    return {
        field.id: MATCHER.engine.levels[field.compare][int(level)].id
        for field, level in zip(fields, found, strict=True)
    }
