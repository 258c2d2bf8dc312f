"""Guards: situations that ask for a person whatever the score (rules/policy.yaml). A guard never hides a pair.

Each rule is a boolean expression over columns, one entry a pair; the guards of a pair are one number, bit by bit.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import numpy as np

from linkage.records import Int64
from linkage.score.facts import Bools, PairFacts
from rules.guards import GUARD_IDS

TWINS = "GUARD-MB"
SEVERAL, BRIDGE = "GUARD-SEVERAL", "GUARD-BRIDGE"  # of groups, not of a pair alone
DAYS_IN_MONTH, DAYS_IN_YEAR = 30.44, 365.25


def _one_family(pair: PairFacts) -> Bools:
    return pair.parents.among(pair.sets.parents.agree) | pair.surname.among(pair.sets.surnames.agree)


def _given_agrees(pair: PairFacts) -> Bools:
    return pair.given.among(pair.sets.given_names.agree)


def _dates_differ(pair: PairFacts) -> Bools:
    return ~pair.birth_date.of_strength("equal", "missing")


def _within(days: Int64, least: float, most: float) -> Bools:
    return (days >= least) & (days <= most)


def _twins(pair: PairFacts) -> Bools:
    """Only the whole given name tells twins apart; nothing does where one State has them under two IDs at the same time.

    A single given name may have lost the second one, which told them apart: it settles nothing unless both records say "no twin".
    """
    limits = pair.limits.twins
    one_birth = pair.birth_date.among(pair.sets.birth_date.one_birth) | _within(pair.days, 0, limits.born_within_days)
    family = one_birth & _one_family(pair)
    marked = pair.multiple_birth.of_strength("similar")
    side_by_side = family & (pair.days_side_by_side > limits.side_by_side_days)
    same_name = pair.given.among(pair.sets.given_names.settle_twins) & ~pair.given_is_unsure
    lost = pair.single_given & ~pair.both_no_twins
    settled = same_name & ~pair.sex.of_strength("differs") & ~lost & ~side_by_side
    return (marked | family) & ~settled


def _siblings(pair: PairFacts) -> Bools:
    months = pair.limits.siblings.months
    return _one_family(pair) & _within(pair.days, months.least * DAYS_IN_MONTH, months.most * DAYS_IN_MONTH)


def _near_dates(pair: PairFacts) -> Bools:
    days = pair.limits.near_dates.days
    near = pair.birth_date.among(pair.sets.birth_date.near) & _within(pair.days, days.least, days.most)
    return _one_family(pair) & near


def _same_town(pair: PairFacts) -> Bools:
    return pair.birthplace.of_strength("equal", "compatible")


def _a_parent_agrees(pair: PairFacts) -> Bools:
    return pair.parents.among(pair.sets.parents.one_agrees)


def _common(pair: PairFacts) -> Bools:
    """The less there is beside the names and the birth date, the rarer the names must be."""
    bits, town, parent = pair.limits.common.bits, _same_town(pair), _a_parent_agrees(pair)
    both_parents = pair.parents.among(pair.sets.parents.both_agree)
    needed = np.select(
        [town & parent, town, both_parents, parent],
        [-np.inf, bits.birthplace_alone, bits.both_parents_alone, bits.one_parent_alone],
        -np.inf,  # nothing beside them: GUARD-THIN
    )
    names_agree = _given_agrees(pair) & pair.surname.among(pair.sets.surnames.agree)
    return names_agree & (pair.rarity < needed)


def _thin(pair: PairFacts) -> Bools:
    town, parent = _same_town(pair), _a_parent_agrees(pair)
    only_the_year = pair.birth_date.among(pair.sets.birth_date.assigned)
    return pair.birth_date.of_strength("missing") | (only_the_year & ~(town & parent)) | ~(town | parent)


RULES: Mapping[str, Callable[[PairFacts], Bools]] = {
    TWINS: _twins,
    "GUARD-SIB": _siblings,
    "GUARD-REUSED": lambda pair: pair.birth_date.among(pair.sets.birth_date.other_year) & _given_agrees(pair),
    "GUARD-DOB-NEAR": _near_dates,
    "GUARD-PARENTS": lambda pair: pair.parents.among(pair.sets.parents.both_conflict),
    "GUARD-PARENT": lambda pair: pair.parents.among(pair.sets.parents.one_conflicts),
    "GUARD-SUFFIX": lambda pair: pair.suffix.of_strength("differs"),
    "GUARD-GENERATION": lambda pair: pair.days > pair.limits.generation.years * DAYS_IN_YEAR,
    "GUARD-COMMON": _common,
    "GUARD-SEX": lambda pair: pair.sex.of_strength("differs"),
    "GUARD-DOB": _dates_differ,
    "GUARD-BIRTHPLACE": lambda pair: pair.birthplace.of_strength("differs"),
    "GUARD-GIVEN": lambda pair: ~_given_agrees(pair),
    "GUARD-SURNAME": lambda pair: ~pair.surname.among(pair.sets.surnames.agree),
    "GUARD-VERIFIED": lambda pair: _dates_differ(pair) & pair.both_verified,
    "GUARD-ATTENDANCE": lambda pair: pair.days_in_two_places > pair.limits.attendance.more_than_days,
    "GUARD-THIN": _thin,
}

_BITS: Mapping[str, int] = {guard_id: 1 << place for place, guard_id in enumerate(GUARD_IDS)}


def raised(pair: PairFacts) -> Int64:
    """The guards of each pair as a bit set; `guard_ids` names them."""
    bits = np.zeros(len(pair.days), dtype=np.int64)
    for guard_id, rule in RULES.items():
        bits |= np.where(rule(pair), _BITS[guard_id], 0)
    return bits


def bits_of(ids: Iterable[str]) -> int:
    """The bit set of guards. Raises KeyError for a guard that there is not."""
    return sum(_BITS[guard_id] for guard_id in set(ids))


@lru_cache(maxsize=4096)
def guard_ids(bits: int) -> tuple[str, ...]:
    """Ids of the guards in a bit set, in the order of the rules."""
    return tuple(guard_id for guard_id, bit in _BITS.items() if bits & bit)
