"""Runs all comparisons of a model over given pairs: pairs -> LevelTable."""

from collections.abc import Mapping, Sequence

import numpy as np

from linkage.block.crowding import NOTHING_CROWDED
from linkage.compare.census import NameShares, take_census
from linkage.compare.kernels.fields import SPACE, Plan
from linkage.compare.kernels.loops import compare_pairs as keep_pairs
from linkage.compare.kernels.sides import Side
from linkage.compare.prepare import plan_of_levels, side_of
from linkage.records import LevelTable, PairTable, StandardTable
from rules.matching import Level, MatchField

__all__ = ["NameShares", "compare_pairs", "levels_of"]


def compare_pairs(
    table: StandardTable,
    pairs: PairTable,
    fields: Sequence[MatchField],
    levels: Mapping[str, Sequence[Level]],
    *,
    shares: NameShares,
) -> LevelTable:
    """Level number (position in the comparison's list in rules/matching.yaml) and rarity excess for each pair and field.

    How rare a value is, is counted in `table` and smoothed with `shares`.
    """
    side = side_of(table, fields, take_census(table, fields, shares, NOTHING_CROWDED))
    return levels_of(side, side, pairs, plan_of_levels(fields, levels))


def levels_of(left: Side, right: Side, pairs: PairTable, plan: Plan) -> LevelTable:
    """Levels of the given pairs of a row of one side and a row of another."""
    levels = np.zeros((len(pairs), len(plan.kinds)), dtype=np.int8)
    rarity = np.zeros((len(pairs), len(plan.kinds)))
    space = np.zeros(SPACE, dtype=np.int64)
    keep_pairs(left, pairs.left.copy(), right, pairs.right.copy(), len(pairs), plan, -np.inf, space, levels, rarity)
    return LevelTable(levels, rarity)
