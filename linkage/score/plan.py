"""A model -> the plan that the kernels follow: fields in the order of comparing, bits of every level."""

import numpy as np

from linkage.compare.kernels.fields import MOST_LEVELS, Plan
from linkage.compare.kernels.levels import KINDS, positions
from linkage.compare.prepare import fact_columns, in_order
from linkage.records import Float64
from linkage.score.model import (
    RARITY_LEAST,
    RARITY_MOST,
    RARITY_SHARE,
    SHARED_BY_FAMILY,
    Levels,
    Model,
    log_ratio,
)
from linkage.score.weigh import prior_bits, shares_of_others
from rules.matching import MatchField


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
    return _outline(model.fields, model.levels)._replace(
        match=match,
        alike=alike,
        shared=np.array(shared, dtype=np.int8),
        family=np.array([one.family for one in model.alike], dtype=np.int8),
        rest=np.append(np.cumsum(best[::-1])[::-1], 0.0),
        others=_log_shares(model, records),
        prior=prior_bits(model, records),
    )


def plan_without_weights(fields: tuple[MatchField, ...], levels: Levels) -> Plan:
    """A plan that only tells the levels: before a model is estimated."""
    return _outline(fields, levels)


def _outline(fields: tuple[MatchField, ...], levels: Levels) -> Plan:
    order = in_order(fields)
    position = np.zeros((len(order), MOST_LEVELS), dtype=np.int8)
    for row, number in enumerate(order):
        places = positions(fields[number].compare, levels[fields[number].compare])
        position[row, : len(places)] = places
    return Plan(
        kinds=np.array([KINDS.index(fields[number].compare) for number in order], dtype=np.int8),
        columns=fact_columns(fields),
        target=np.array(order, dtype=np.int64),
        position=position,
        match=np.zeros((len(order), MOST_LEVELS)),
        alike=np.zeros((0, len(order), MOST_LEVELS)),
        shared=np.zeros(len(order), dtype=np.int8),
        family=np.zeros(0, dtype=np.int8),
        rest=np.zeros(len(order) + 1),
        others=np.zeros(1),
        prior=0.0,
        rarity_share=RARITY_SHARE,
        rarity_least=RARITY_LEAST,
        rarity_most=RARITY_MOST,
        has_parents=any(field.compare == "parents" for field in fields),
    )


def _log_shares(model: Model, records: int) -> Float64:
    """log2 share of each class among the pairs that are not one child, strangers last; a class that is not there gets nothing."""
    shares = shares_of_others(model, records)
    logs = [np.log2(share) if share else -np.inf for share in shares]
    return np.array([*logs, np.log2(1 - sum(shares))])


def _padded(bits: Float64) -> Float64:
    return np.pad(bits, (0, MOST_LEVELS - len(bits)))
