"""Where the estimation starts: rough shares of each level in each class, before any data are seen.

The order of magnitude is all that matters; EM moves them. They are also what a level falls back on that the data never show.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from linkage.records import Float64
from linkage.score.model import Levels, Model, PairClass, Shares
from rules.matching import MatchField

# (one child, siblings, twins, namesakes) for each level.
_STARTS: Mapping[str, Mapping[str, tuple[float, float, float, float]]] = {
    "given_names": {
        "same": (0.55, 0.01, 0.004, 0.15), "spelling": (0.07, 0.003, 0.003, 0.03),
        "middle_missing": (0.13, 0.02, 0.02, 0.15), "call_name": (0.03, 0.008, 0.015, 0.04), "inverted": (0.01, 0.002, 0.05, 0.01),
        "nickname": (0.05, 0.004, 0.005, 0.04), "initial": (0.02, 0.01, 0.004, 0.02), "typo": (0.05, 0.005, 0.015, 0.02),
        "exchanged": (0.02, 0.001, 0.001, 0.005), "sounds": (0.02, 0.02, 0.06, 0.05),
        "one_shared": (0.02, 0.10, 0.13, 0.15), "weak_shared": (0.005, 0.08, 0.08, 0.2), "different": (0.03, 0.737, 0.614, 0.135),
    },
    "surnames": {
        "both_same": (0.35, 0.55, 0.5, 0.1), "one_same": (0.15, 0.15, 0.19, 0.15), "spelling": (0.06, 0.03, 0.03, 0.03),
        "swapped": (0.05, 0.01, 0.01, 0.01), "one_missing": (0.17, 0.08, 0.08, 0.12), "second_alone": (0.04, 0.02, 0.02, 0.05),
        "as_middle": (0.04, 0.02, 0.02, 0.05), "exchanged": (0.01, 0.001, 0.001, 0.01), "typo": (0.07, 0.03, 0.03, 0.02),
        "sounds": (0.01, 0.01, 0.01, 0.02), "one_shared": (0.02, 0.04, 0.04, 0.24), "parent_surname": (0.01, 0.01, 0.01, 0.05),
        "different": (0.02, 0.049, 0.049, 0.15),
    },
    "birth_date": {
        "same": (0.825, 0.002, 0.945, 0.005), "same_assigned": (0.004, 0.0001, 0.004, 0.0005),
        "other_calendar": (0.001, 0.0001, 0.001, 0.0001), "swapped": (0.04, 0.0005, 0.012, 0.001), "transposed": (0.01, 0.0005, 0.004, 0.001),
        "one_digit": (0.05, 0.004, 0.012, 0.01), "placeholder": (0.03, 0.02, 0.01, 0.01), "same_day": (0.025, 0.006, 0.006, 0.01),
        "near": (0.01, 0.01, 0.003, 0.2), "sibling_gap": (0.003, 0.757, 0.002, 0.463), "different": (0.002, 0.2, 0.001, 0.3),
    },
    "sex": {
        "same": (0.98, 0.50, 0.6, 0.85), "unisex": (0.005, 0.05, 0.03, 0.03), "different": (0.015, 0.45, 0.37, 0.12),
    },
    "suffix": {"same": (0.98, 0.3, 0.3, 0.3), "different": (0.02, 0.7, 0.7, 0.7)},
    "multiple_birth": {
        "both": (0.03, 0.01, 0.37, 0.001), "one": (0.03, 0.04, 0.53, 0.06), "neither": (0.94, 0.95, 0.10, 0.939),
    },
    "parents": {
        "both_same": (0.62, 0.65, 0.79, 0.002), "one_same": (0.2, 0.2, 0.15, 0.01), "one_alike": (0.06, 0.06, 0.01, 0.02),
        "one_of_two": (0.08, 0.06, 0.025, 0.04), "surname_only": (0.02, 0.01, 0.01, 0.008),
        "one_differs": (0.016, 0.015, 0.01, 0.22), "both_differ": (0.004, 0.005, 0.005, 0.7),
    },
    "birthplace": {
        "same_city": (0.77, 0.6, 0.88, 0.03), "city_alike": (0.1, 0.05, 0.04, 0.01), "same_state": (0.076, 0.12, 0.05, 0.06),
        "same_country": (0.05, 0.13, 0.025, 0.5), "different": (0.004, 0.1, 0.005, 0.4),
    },
    "text": {
        "same": (0.6, 0.4, 0.4, 0.05), "typo": (0.15, 0.1, 0.1, 0.01), "alike": (0.1, 0.1, 0.1, 0.04),
        "different": (0.15, 0.4, 0.4, 0.9),
    },
    "code": {"same": (0.8, 0.1, 0.1, 0.05), "typo": (0.1, 0.1, 0.1, 0.05), "different": (0.1, 0.8, 0.8, 0.9)},
}  # fmt: skip
_MATCH, _SIBLINGS, _TWINS, _NAMESAKES = range(4)
# What two records of one child, or of two brothers, hardly ever show. EM may find less of it but not more: it would only have
# taken twins, brothers and namesakes for one child, and twins for brothers.
_HARDLY_EVER: Mapping[int, Mapping[str, frozenset[str]]] = {
    _MATCH: {
        "given_names": frozenset({"weak_shared", "different"}),
        "birth_date": frozenset({"near", "sibling_gap", "different"}),
        "sex": frozenset({"different"}),
        "parents": frozenset({"both_differ"}),
        "birthplace": frozenset({"different"}),
    },
    _SIBLINGS: {"birth_date": frozenset({"same", "same_assigned", "swapped", "transposed"})},
}


def starting_model(fields: Sequence[MatchField], levels: Levels, strangers: Shares, *, family: bool) -> Model:
    """A model to start EM from; `strangers` as counted on random pairs. `family`: whether the table holds siblings."""

    def shares(position: int) -> Shares:
        return tuple(_shares(field, levels, position) for field in fields)

    def most(position: int) -> Shares:
        return tuple(_most(field, levels, position) for field in fields)

    alike = (
        PairClass(shares(_SIBLINGS), 0.3, family=True, most=most(_SIBLINGS)),
        PairClass(shares(_TWINS), 0.02, family=True, settled=True),
        PairClass(shares(_NAMESAKES), per_pair=3e-5),
    )
    match = PairClass(shares(_MATCH), 0.1, most=most(_MATCH) if family else ())
    return Model(tuple(fields), levels, strangers, match, alike if family else (), population=2)


def _shares(field: MatchField, levels: Levels, position: int) -> Float64:
    start = _STARTS[field.compare]
    return np.array(
        [start[level.id][position] if level.strength != "missing" else 1.0 for level in levels[field.compare]]
    )


def _most(field: MatchField, levels: Levels, position: int) -> Float64:
    start = _STARTS[field.compare]
    limited = _HARDLY_EVER[position].get(field.compare, frozenset())
    return np.array([start[level.id][position] if level.id in limited else 1.0 for level in levels[field.compare]])
