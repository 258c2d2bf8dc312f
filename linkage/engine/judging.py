"""Guards and bands of many pairs at once: columns in, columns out. No Python object a pair."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.records import Float64, Int8, Int32, Int64, LevelTable, PairTable, StandardTable
from linkage.score.bands import band_codes
from linkage.score.facts import Bools, RecordFacts, is_about_students, pair_facts, record_facts
from linkage.score.guards import SEVERAL, TWINS, bits_of, raised
from rules.matching import MatchField
from rules.policy import Policy
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Judgement:
    """One entry a pair: guards as a bit set (`score.guards.guard_ids` names them), and the place of its band in BANDS."""

    guards: Int64
    bands: Int8


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows the records; judges any pairs of them. Build it once a table: `Judge.of`."""

    fields: tuple[MatchField, ...]
    rulebook: Rulebook
    records: tuple[RecordFacts, RecordFacts] | None  # None: the table is not about students, and has no guards

    @classmethod
    def of(
        cls,
        fields: tuple[MatchField, ...],
        rulebook: Rulebook,
        table: StandardTable,
        other: StandardTable | None = None,
    ) -> "Judge":
        """`other`: the table that the right rows of the pairs count in, if it is not the same."""
        if not is_about_students(table):
            return cls(fields, rulebook, None)
        facts = record_facts(table, rulebook)
        return cls(fields, rulebook, (facts, facts if other is None else record_facts(other, rulebook)))

    def judge(self, pairs: PairTable, compared: LevelTable, probability: Float64) -> Judgement:
        """Guards and bands of the pairs, in their order; what depends on other pairs (`with_several`) is not in it."""
        if self.records is None:
            guards = np.zeros(len(pairs), dtype=np.int64)
        else:
            guards = raised(pair_facts(self.records, pairs, compared, self.fields, self.rulebook))
        return Judgement(guards, band_codes(probability, guards, self.rulebook.policy.bands))


def with_several(
    guards: Int64, pairs: PairTable, probability: Float64, policy: Policy, *, group: Int64, source: Int32 | Int64
) -> Judgement:
    """`guards` with GUARD-SEVERAL on pairs of a record that fits a third record as well.

    `group`: a number a row; rows with one number are shown to a person as one, and a third record among them is no news,
    unless it may be a twin whom one State (`source`, a number a row) keeps beside one of the two.
    """
    fits = probability >= policy.guards.several.probability
    beside = (guards & bits_of([TWINS]) != 0) & (source[pairs.left] == source[pairs.right])
    guards = guards | np.where(fits_a_third(pairs.left, pairs.right, fits, beside, group), bits_of([SEVERAL]), 0)
    return Judgement(guards, band_codes(probability, guards, policy.bands))


def fits_a_third(left: Int64, right: Int64, fits: Bools, beside: Bools, group: Int64) -> Bools:
    """Pairs of which one record fits a third record, outside the group that holds both, or has one `beside` it.

    Each pair stands once.
    """
    together = group[left] == group[right]
    all_of_it, news = fits | beside, (fits & ~together) | beside
    of_a_group = _has_another(left, right, news, len(group))
    return np.where(together, of_a_group, _has_another(left, right, all_of_it, len(group)))


def _has_another(left: Int64, right: Int64, counted: Bools, size: int) -> Bools:
    """Pairs of which a record is in another counted pair."""
    ends = np.bincount(left[counted], minlength=size) + np.bincount(right[counted], minlength=size)
    found: Bools = np.maximum(ends[left], ends[right]) > counted
    return found


def group_numbers(size: int, groups: Iterable[Sequence[int]]) -> Int64:
    """One number a row: that of its group; a row in no group has one of its own."""
    numbers = -1 - np.arange(size, dtype=np.int64)
    for number, members in enumerate(groups):
        numbers[list(members)] = number
    return numbers
