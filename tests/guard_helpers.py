"""Facts of single pairs for the tests of guards, written as level ids."""

from typing import Any

import numpy as np

from linkage.score.facts import Compared, PairFacts
from linkage.score.guards import guard_ids, raised
from rules.rulebook import load_rulebook

RULEBOOK = load_rulebook()
COMPARISONS = {
    "given": "given_names",
    "surname": "surnames",
    "birth_date": "birth_date",
    "sex": "sex",
    "suffix": "suffix",
    "multiple_birth": "multiple_birth",
    "parents": "parents",
    "birthplace": "birthplace",
}
# Two records of one child that agree in everything and are not common: nothing to ask a person.
PLAIN: dict[str, Any] = {
    "given": "same",
    "surname": "both_same",
    "birth_date": "same",
    "sex": "same",
    "suffix": "missing",
    "multiple_birth": "neither",
    "parents": "both_same",
    "birthplace": "same_city",
    "given_is_unsure": False,
    "single_given": False,
    "both_no_twins": False,
    "rarity": 12.0,
    "days": 0,
    "both_verified": False,
    "days_in_two_places": 0,
    "days_side_by_side": 0,
}


def facts(*pairs: dict[str, Any]) -> PairFacts:
    """Facts of the pairs; what one does not say is as in PLAIN."""
    rows = [PLAIN | pair for pair in pairs]
    columns: dict[str, Any] = {}
    for name in PLAIN:
        values = [row[name] for row in rows]
        comparison = COMPARISONS.get(name)
        if comparison:
            levels = RULEBOOK.matching.comparisons[comparison]
            ids = [level.id for level in levels]
            columns[name] = Compared(np.array([ids.index(value) for value in values], dtype=np.int8), levels)
        else:
            columns[name] = np.array(values)
    return PairFacts(**columns, limits=RULEBOOK.policy.guards, sets=RULEBOOK.policy.guard_levels)


def guards(**pair: Any) -> tuple[str, ...]:
    """Ids of the guards that one pair raises."""
    return guard_ids(int(raised(facts(pair))[0]))
