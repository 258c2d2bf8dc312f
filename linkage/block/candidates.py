"""Candidate pairs: rows that share a key, each pair once. What is left out for size is counted, never dropped silently."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from linkage.block.keys import reader
from linkage.records import Int64, PairTable, StandardTable
from rules.matching import BlockingRule

# A key shared by more rows than this says nothing (a placeholder); its pairs are counted and reported instead.
LARGEST_BLOCK = 500


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What one blocking rule did."""

    rule: str
    pairs: int
    oversized_keys: int
    pairs_left_out: int


@dataclass(frozen=True, slots=True)
class Candidates:
    pairs: PairTable
    reports: tuple[RuleReport, ...]


def find_candidates(table: StandardTable, rules: Sequence[BlockingRule], *, across_only: bool = False) -> Candidates:
    """All pairs of rows that meet under a rule. `across_only`: only pairs of two sources (linking two files)."""
    sources = _source_codes(table) if across_only else None
    found: list[Int64] = []
    reports: list[RuleReport] = []
    for bit, rule in enumerate(rules):
        keys, rows = _keys_of_rows(table, rule)
        pairs, report = _pairs_of_rule(rule.id, keys, rows, len(table), sources)
        found.append(np.stack([pairs, np.full(len(pairs), 1 << bit, dtype=np.int64)]))
        reports.append(report)
    return Candidates(_merge(found, len(table)), tuple(reports))


class Meeting:
    """Tells of any two rows whether they share all keys of a rule."""

    def __init__(self, table: StandardTable, rules: Sequence[BlockingRule]) -> None:
        self._readers = [[reader(table, key) for key in rule.keys] for rule in rules]

    def would_meet(self, left: int, right: int) -> bool:
        return any(all(set(read(left)) & set(read(right)) for read in readers) for readers in self._readers)


def _keys_of_rows(table: StandardTable, rule: BlockingRule) -> tuple[NDArray[np.int64], Int64]:
    """Every (key, row) of a rule as two columns; keys are numbered."""
    readers = [reader(table, key) for key in rule.keys]
    numbers: dict[tuple[str, ...], int] = {}
    keys: list[int] = []
    rows: list[int] = []
    for row in range(len(table)):
        for key in set(product(*(read(row) for read in readers))):
            keys.append(numbers.setdefault(key, len(numbers)))
            rows.append(row)
    return np.array(keys, dtype=np.int64), np.array(rows, dtype=np.int64)


def _pairs_of_rule(rule: str, keys: Int64, rows: Int64, size: int, sources: Int64 | None) -> tuple[Int64, RuleReport]:
    """Pair codes (left * size + right) of all rows that share a key, each once."""
    order = np.lexsort((rows, keys))
    rows = rows[order]
    starts, sizes = np.unique(keys[order], return_index=True, return_counts=True)[1:]
    codes: list[Int64] = []
    oversized = left_out = 0
    for block_size in np.unique(sizes[sizes > 1]).tolist():
        of_this_size = starts[sizes == block_size]
        if block_size > LARGEST_BLOCK:
            oversized += len(of_this_size)
            left_out += len(of_this_size) * (block_size * (block_size - 1) // 2)
        else:
            blocks = rows[of_this_size[:, None] + np.arange(block_size)]
            left, right = np.triu_indices(block_size, 1)
            codes.append((blocks[:, left] * size + blocks[:, right]).ravel())
    pairs = np.unique(np.concatenate(codes)) if codes else np.array([], dtype=np.int64)
    if sources is not None:
        pairs = pairs[sources[pairs // size] != sources[pairs % size]]
    return pairs, RuleReport(rule, len(pairs), oversized, left_out)


def _merge(found: list[Int64], size: int) -> PairTable:
    """One row a pair; its rules as a bit set."""
    codes, bits = np.concatenate(found, axis=1) if found else np.zeros((2, 0), dtype=np.int64)
    unique, where = np.unique(codes, return_inverse=True)
    rules = np.zeros(len(unique), dtype=np.int64)
    np.bitwise_or.at(rules, where, bits)
    divisor = max(size, 1)
    return PairTable(unique // divisor, unique % divisor, rules)


def _source_codes(table: StandardTable) -> Int64:
    return np.unique(np.array(table.sources), return_inverse=True)[1].astype(np.int64)
