"""Candidate pairs as a table, for small tables; and whether two given records would have met."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.block.crowding import Crowding
from linkage.block.index import BlockIndex, build_index
from linkage.block.rule_blocks import rule_of
from linkage.records import Int64, PairTable, StandardTable
from rules.matching import BlockingRule


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What one blocking rule did. `keys_refined`, `keys_left_out`, `pairs_left_out`: see RuleBlocks."""

    rule: str
    pairs: int
    keys_refined: int
    keys_left_out: int
    pairs_left_out: int


@dataclass(frozen=True, slots=True)
class Candidates:
    pairs: PairTable
    reports: tuple[RuleReport, ...]


def find_candidates(table: StandardTable, rules: Sequence[BlockingRule], *, across_only: bool = False) -> Candidates:
    """All pairs of rows that meet under a rule, ascending. `across_only`: only pairs of two sources (linking two files)."""
    index = build_index(table, rules)
    pairs = all_pairs(index, source_codes(table) if across_only else None)
    reports = tuple(
        RuleReport(
            one.rule,
            int(np.count_nonzero(pairs.rules >> bit & 1)),
            one.keys_refined,
            one.keys_left_out,
            one.pairs_left_out,
        )
        for bit, one in enumerate(index.rules)
    )
    return Candidates(pairs, reports)


def all_pairs(index: BlockIndex, sources: Int64 | None = None) -> PairTable:
    """The pairs of an index as one table, ascending."""
    chunks = list(index.pairs(sources))
    left, right, rules = (
        np.concatenate([np.empty(0, np.int64), *(getattr(chunk, name) for chunk in chunks)])
        for name in ("left", "right", "rules")
    )
    order = np.lexsort((right, left))
    return PairTable(left[order], right[order], rules[order])


def source_codes(table: StandardTable) -> Int64:
    """A number for the source of each row."""
    return np.unique(np.array(table.sources), return_inverse=True)[1].astype(np.int64)


class Meeting:
    """Tells of any two rows whether they share a key. `crowding`: that of the scan; without it no key is crowded."""

    def __init__(self, table: StandardTable, rules: Sequence[BlockingRule], crowding: Crowding | None = None) -> None:
        given = crowding or Crowding(np.empty(0, dtype=np.int64))
        self._rules = [rule.id for rule in rules]
        self._index = build_index(table, rules, crowding=given, singletons=True)

    def would_meet(self, left: int, right: int) -> bool:
        return bool(self.met_by(left, right))

    def met_by(self, left: int, right: int) -> tuple[str, ...]:
        """Ids of the rules under which the two rows meet."""
        shared = np.intersect1d(self._index.keys_of(left), self._index.keys_of(right))
        return tuple(self._rules[number] for number in np.unique(rule_of(shared)).tolist())
