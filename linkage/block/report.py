"""What each blocking rule does on a table: its pairs, the matches among them, and what it alone finds."""

from dataclasses import dataclass

import numpy as np

from linkage.block.index import BlockIndex, RuleBlocks
from linkage.records import Float64, Int64, PairTable


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """`matches`: expected number of true matches among the pairs of the rule; `alone`: of pairs that no other rule finds."""

    blocks: RuleBlocks
    pairs: int
    pairs_alone: int
    matches: float
    matches_alone: float


@dataclass(frozen=True, slots=True)
class BlockingFindings:
    """`matches`: expected number of true matches among all pairs; `missed`: how many more no rule finds, at least."""

    records: int
    pairs: int
    matches: float
    missed: float
    rules: tuple[RuleFindings, ...]


def findings(index: BlockIndex, probable: PairTable, probability: Float64) -> BlockingFindings:
    """Count every pair of the index once. `probable`: those that may be matches, each with its probability; others count as none."""
    rules = len(index.rules)
    pairs, alone = np.zeros(rules, dtype=np.int64), np.zeros(rules, dtype=np.int64)
    met, total = np.zeros(len(probable), dtype=np.int64), 0
    codes = probable.left * len(index) + probable.right
    order = np.argsort(codes)
    for chunk in index.pairs():
        total += len(chunk)
        for number in range(rules):
            pairs[number] += np.count_nonzero(chunk.rules >> number & 1)
            alone[number] += np.count_nonzero(chunk.rules == 1 << number)
        at = _places(codes[order], chunk.left * len(index) + chunk.right)
        met[order[at[at >= 0]]] = chunk.rules[at >= 0]
    matches = [float(probability[met >> number & 1 > 0].sum()) for number in range(rules)]
    matches_alone = [float(probability[met == 1 << number].sum()) for number in range(rules)]
    return BlockingFindings(
        records=len(index),
        pairs=total,
        matches=float(probability[met > 0].sum()),
        missed=_missed(met, probability),
        rules=tuple(
            RuleFindings(*one)
            for one in zip(index.rules, pairs.tolist(), alone.tolist(), matches, matches_alone, strict=True)
        ),
    )


def _places(known: Int64, wanted: Int64) -> Int64:
    """Where each wanted number stands among the known ones (ascending), -1 where it does not."""
    if not len(known):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1)


def _missed(met: Int64, probability: Float64) -> float:
    """Chao's estimate of what was never caught, from what was caught once and twice.

    A lower bound: a match that one rule finds is easier for the others too, and what no rule can find leaves no trace.
    """
    times = np.array([int(bits).bit_count() for bits in met.tolist()], dtype=np.int64)
    once, twice = float(probability[times == 1].sum()), float(probability[times == 2].sum())
    return max(0.0, once * (once - 1) / (2 * (twice + 1)))


def recall(found: float, report: BlockingFindings) -> float:
    """Share of all expected matches, those that every rule misses included."""
    every = report.matches + report.missed
    return found / every if every else 0.0
