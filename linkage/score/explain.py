"""The explanation of a pair: one line a field in plain words, the prior and the line of the others; the lines add up to the weight."""

import numpy as np

from linkage.records import EvidenceLine, LevelTable
from linkage.score.model import Model
from linkage.score.weigh import Weights

_PRIOR = "Before looking at the fields: two records picked at random are seldom one child."
_OTHERS = "Brothers, sisters, twins or namesakes agree in much of this as well; that much is taken back."


def explain(model: Model, compared: LevelTable, weights: Weights, row: int) -> tuple[EvidenceLine, ...]:
    """Lines of the pair in `row`: the prior, each field, and what others would agree in as well."""
    lines = [EvidenceLine("prior", "Starting point", "", _PRIOR, weights.prior)]
    found = zip(model.fields, compared.levels[row].tolist(), weights.fields[row].tolist(), strict=True)
    for field, number, weight in found:
        level = model.levels[field.compare][number]
        lines.append(EvidenceLine(field.id, field.title, level.id, level.sentence, weight))
    if model.alike:
        lines.append(EvidenceLine("others", "Family and namesakes", "", _OTHERS, float(weights.others[row])))
    return tuple(lines)


def in_words(probability: float) -> str:
    """`about 93 in 100`, honest at both ends."""
    if probability > 0.995:
        return "more than 99 in 100"
    if probability < 0.005:
        return "fewer than 1 in 100"
    return f"about {round(float(np.round(probability, 2)) * 100)} in 100"
