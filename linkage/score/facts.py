"""What the guards look at, in columns: facts of each record, and of each pair the levels and what the two records say together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.hashing import hash_column
from linkage.records import LAST1, Attendance, Float64, Int8, Int64, LevelTable, NameColumn, PairTable, StandardTable
from linkage.score.attendance import days_together
from linkage.standardize.days import NO_DAY, day_numbers
from rules.dob_evidence import DobEvidence
from rules.guards import GuardLevels, Guards
from rules.matching import Level, MatchField, Strength
from rules.rulebook import Rulebook

Bools = NDArray[np.bool_]
NO_TOKEN = -1
UNKNOWN = -1  # days between two dates of which one is missing


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """One entry a record."""

    given_names: Int64  # how many
    given_is_unsure: Bools  # one name that very many children carry first (María, José), or the family's: exchanged?
    birth_day: Int64  # days since 1970-01-01, NO_DAY where missing
    is_no_twin: Bools  # the record says so; most say nothing
    verified: Bools  # the birth date was seen on a document that GUARD-VERIFIED counts
    source: Int64  # the State or file it comes from, as `hashing.hash64`
    attendance: Attendance | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: the level that each pair reached, as a number in `levels`."""

    found: Int8
    levels: Sequence[Level]

    def among(self, ids: Collection[str]) -> Bools:
        """Pairs whose level is one of these."""
        return np.array([level.id in ids for level in self.levels])[self.found]

    def of_strength(self, *strengths: Strength) -> Bools:
        """Pairs whose level is of one of these strengths."""
        return np.array([level.strength in strengths for level in self.levels])[self.found]


@dataclass(frozen=True, slots=True)
class PairFacts:
    """One entry a pair. A comparison that the model lacks is missing for every pair."""

    given: Compared
    surname: Compared
    birth_date: Compared
    sex: Compared
    suffix: Compared
    multiple_birth: Compared
    parents: Compared
    birthplace: Compared
    given_is_unsure: Bools  # of one of the two records at least
    single_given: Bools  # likewise: a second name, told apart from the twin's, may be missing
    both_no_twins: Bools  # both records say that the child is none
    rarity: Float64  # bits by which the names that agree, the parents' included, are rarer than the average name
    days: Int64  # between the birth dates; UNKNOWN
    both_verified: Bools
    days_in_two_places: Int64  # enrolled in two States at the same time
    days_side_by_side: Int64  # enrolled in one State at the same time; 0 for records of two sources
    limits: Guards
    sets: GuardLevels


def is_about_students(table: StandardTable) -> bool:
    """Whether the guards mean anything here: a table of one's own may hold no names or no birth dates."""
    return "birth_date" in table.dates and "child" in table.names


def record_facts(table: StandardTable, rulebook: Rulebook) -> RecordFacts:
    """Facts of every record of a table that is about students."""
    names = table.names["child"]
    given, weak = _given_names(names, np.array([token.weak for token in table.tokens.tokens], dtype=np.bool_))
    return RecordFacts(
        given_names=given,
        given_is_unsure=((given == 1) & (weak == 1)) | _opens_with_a_parents_surname(table),
        birth_day=day_numbers(table.dates["birth_date"]),
        is_no_twin=_says(table, "multiple_birth", "N"),
        verified=_verified(table, rulebook.dob_evidence, rulebook.policy.guards.verified.weakest_tier),
        source=hash_column(table.sources),
        attendance=table.attendance,
    )


def pair_facts(
    records: tuple[RecordFacts, RecordFacts],
    pairs: PairTable,
    compared: LevelTable,
    fields: Sequence[MatchField],
    rulebook: Rulebook,
) -> PairFacts:
    """Facts of pairs. `records`: those that `pairs.left` and those that `pairs.right` counts in, which may be one table twice."""
    one, other = records
    left, right = pairs.left, pairs.right
    number = {field.compare: position for position, field in enumerate(fields)}
    levels = rulebook.matching.comparisons

    def of(comparison: str) -> Compared:
        if comparison in number:
            return Compared(compared.levels[:, number[comparison]], levels[comparison])
        return Compared(np.zeros(len(pairs), dtype=np.int8), levels[comparison][-1:])

    one_source = one.source[left] == other.source[right]
    names = [number[comparison] for comparison in ("given_names", "surnames", "parents") if comparison in number]
    return PairFacts(
        given=of("given_names"),
        surname=of("surnames"),
        birth_date=of("birth_date"),
        sex=of("sex"),
        suffix=of("suffix"),
        multiple_birth=of("multiple_birth"),
        parents=of("parents"),
        birthplace=of("birthplace"),
        given_is_unsure=one.given_is_unsure[left] | other.given_is_unsure[right],
        single_given=np.minimum(one.given_names[left], other.given_names[right]) == 1,
        both_no_twins=one.is_no_twin[left] & other.is_no_twin[right],
        rarity=compared.rarity[:, names].sum(axis=1),
        days=_days_between(one.birth_day[left], other.birth_day[right]),
        both_verified=one.verified[left] & other.verified[right],
        days_in_two_places=_days_together(one, other, pairs, one_place=False),
        days_side_by_side=np.where(one_source, _days_together(one, other, pairs, one_place=True), 0),
        limits=rulebook.policy.guards,
        sets=rulebook.policy.guard_levels,
    )


def _given_names(names: NameColumn, weak_token: Bools) -> tuple[Int64, Int64]:
    """Number of given names of each record, and how many of them are weak."""
    given = names.slots < LAST1
    return _counted(given, names.offsets), _counted(given & weak_token[names.tokens], names.offsets)


def _opens_with_a_parents_surname(table: StandardTable) -> Bools:
    """Belour | | Emmanuel |, the father is Élie Belour: given name and surname may be exchanged, for a twin likewise."""
    child = table.names["child"]
    has_given = _counted(child.slots < LAST1, child.offsets) > 0
    first = np.full(len(table), NO_TOKEN, dtype=np.int64)
    first[has_given] = child.tokens[child.offsets[:-1][has_given]]
    found = np.zeros(len(table), dtype=np.bool_)
    for role in ("parent1", "parent2"):
        parent = table.names.get(role)
        if parent is not None:
            row = np.repeat(np.arange(len(table)), np.diff(parent.offsets))
            found[row[(parent.slots >= LAST1) & (parent.tokens == first[row])]] = True
    return found


def _counted(marked: Bools, offsets: Int64) -> Int64:
    before = np.concatenate([[0], np.cumsum(marked)])
    counts: Int64 = before[offsets[1:]] - before[offsets[:-1]]
    return counts


def _says(table: StandardTable, name: str, value: str) -> Bools:
    """The records whose code column has this value."""
    column = table.codes.get(name)
    if column is None or value not in column.values:
        return np.zeros(len(table), dtype=np.bool_)
    said: Bools = column.codes == column.values.index(value)
    return said


def _verified(table: StandardTable, evidence: DobEvidence, weakest_tier: str) -> Bools:
    column = table.codes.get("birth_date_verification")
    if column is None:
        return np.zeros(len(table), dtype=np.bool_)
    counts = [evidence.rank_of(code) <= evidence.rank(weakest_tier) for code in column.values]
    return np.array([*counts, False])[column.codes]  # MISSING, -1, is the last


def _days_between(one: Int64, other: Int64) -> Int64:
    known = (one != NO_DAY) & (other != NO_DAY)
    return np.where(known, np.abs(np.where(known, one, 0) - np.where(known, other, 0)), UNKNOWN)


def _days_together(one: RecordFacts, other: RecordFacts, pairs: PairTable, *, one_place: bool) -> Int64:
    if one.attendance is None or other.attendance is None:
        return np.zeros(len(pairs), dtype=np.int64)
    return days_together(one.attendance, pairs.left, other.attendance, pairs.right, one_place=one_place)
