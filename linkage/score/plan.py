"""A model -> the plan that the kernels follow: fields in the order of comparing, bits of every level."""

import numpy as np

from linkage.compare.kernels.fields import MOST_LEVELS, Plan
from linkage.compare.prepare import in_order, plan_of_levels
from linkage.records import Float64
from linkage.score.model import RARITY_LEAST, RARITY_MOST, RARITY_SHARE, SHARED_BY_FAMILY, Model, log_ratio
from linkage.score.weigh import prior_bits, shares_of_others


def plan_of(model: Model, records: int) -> Plan:
    """The plan of a model for a table of `records` rows."""
    order = in_order(model.fields)
    match = np.zeros((len(order), MOST_LEVELS))
    alike = np.zeros((len(model.alike), len(order), MOST_LEVELS))
    for row, number in enumerate(order):
        match[row] = _padded(log_ratio(model.match.shares[number], model.strangers[number]))
        for c, one in enumerate(model.alike):
            alike[c, row] = _padded(log_ratio(one.shares[number], model.strangers[number]))
    best = match.max(axis=1, initial=0.0)
    shared = [model.fields[number].compare in SHARED_BY_FAMILY for number in order]
    return plan_of_levels(model.fields, model.levels)._replace(
        match=match,
        alike=alike,
        shared=np.array(shared, dtype=np.int8),
        family=np.array([one.family for one in model.alike], dtype=np.int8),
        rest=np.append(np.cumsum(best[::-1])[::-1], 0.0),
        others=_log_shares(model, records),
        prior=prior_bits(model, records),
        rarity_share=RARITY_SHARE,
        rarity_least=RARITY_LEAST,
        rarity_most=RARITY_MOST,
    )


def _log_shares(model: Model, records: int) -> Float64:
    """log2 share of each class among the pairs that are not one child, strangers last; a class that is not there gets nothing."""
    shares = shares_of_others(model, records)
    logs = [np.log2(share) if share else -np.inf for share in shares]
    return np.array([*logs, np.log2(1 - sum(shares))])


def _padded(bits: Float64) -> Float64:
    return np.pad(bits, (0, MOST_LEVELS - len(bits)))
