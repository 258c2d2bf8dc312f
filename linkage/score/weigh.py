"""Levels -> weight in bits and probability. Every part of the sum is kept, so that the explanation is the score."""

from dataclasses import dataclass

import numpy as np

from linkage.records import Float64, LevelTable
from linkage.score.model import SHARED_BY_FAMILY, Model, log_ratio, rarity_bits


@dataclass(frozen=True, slots=True)
class Weights:
    """`fields`: pairs x fields, in bits; `others`: pairs; `prior`: one number. weight = prior + fields + others."""

    prior: float
    fields: Float64
    others: Float64

    @property
    def weight(self) -> Float64:
        total: Float64 = self.prior + self.fields.sum(axis=1) + self.others
        return total

    @property
    def probability(self) -> Float64:
        """Chance that the two records are one child."""
        chance: Float64 = 1.0 / (1.0 + np.exp2(-self.weight))
        return chance


def weigh(model: Model, compared: LevelTable, records: int) -> Weights:
    """Weights of the pairs of a table of `records` rows."""
    fields = np.zeros(compared.levels.shape)
    alike = np.zeros((len(model.alike), len(compared.levels)))
    for number, field in enumerate(model.fields):
        levels, strangers = compared.levels[:, number], model.strangers[number]
        rarity = rarity_bits(compared.rarity[:, number])
        fields[:, number] = log_ratio(model.match.shares[number], strangers)[levels] + rarity
        for row, one in enumerate(model.alike):
            alike[row] += log_ratio(one.shares[number], strangers)[levels]
            if one.family and field.compare in SHARED_BY_FAMILY:
                alike[row] += rarity
    others = _others(alike, shares_of_others(model, records), len(compared.levels))
    return Weights(prior_bits(model, records), fields, others)


def prior_bits(model: Model, records: int) -> float:
    """The weight of a pair before its fields are looked at: log2 of the odds, and the calibration."""
    match = model.prior(model.match, records)
    return float(np.log2(match / (1 - match))) + model.calibration


def shares_of_others(model: Model, records: int) -> list[float]:
    """Share of each class that is alike (siblings, twins, namesakes) among the pairs that are not one child."""
    match = model.prior(model.match, records)
    return [model.prior(one, records) / (1 - match) for one in model.alike]


def _others(alike: Float64, shares: list[float], pairs: int) -> Float64:
    """-log2(1 - sum of r + sum of r * 2^bits), r = share of a class among the pairs that are not one child."""
    total = np.full(pairs, np.log2(1 - sum(shares)))
    for bits, share in zip(alike, shares, strict=True):
        if share:
            total = np.logaddexp2(total, np.log2(share) + bits)
    taken: Float64 = -total
    return taken
