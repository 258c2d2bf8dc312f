"""Writes a model as `rules/weights.yaml`: small, readable, with its provenance."""

from linkage.score.em import Estimate
from linkage.score.model import Model
from rules.matching import Provenance

_HEAD = """\
# How much each comparison level weighs. Written by `nearmatch train`; do not edit by hand, train again.
#   m: share of pairs of one child that reach the level   u: share of pairs of strangers
#   s: share of pairs of siblings                         t: share of pairs of twins
#   n: share of pairs of namesakes: strangers of one community with like names
# A level weighs log2(m / u) bits: +1 doubles the odds that the records are one child, -1 halves them.
"""


def write_weights(estimate: Estimate, provenance: Provenance) -> str:
    """The YAML text of a model with siblings, twins and namesakes."""
    model = estimate.model
    siblings, twins, namesakes = model.alike
    lines = [_HEAD, "provenance:"]
    lines += [f"  {name}: {_text(value)}" for name, value in provenance.model_dump().items()]
    lines += [
        "prior:",
        f"  match_per_record: {model.match.per_record:.5g}",
        f"  sibling_per_record: {siblings.per_record:.5g}",
        f"  twin_per_record: {twins.per_record:.5g}",
        f"  namesake_per_pair: {namesakes.per_pair:.5g}",
        f"  population: {model.population}",
        f"  calibration_bits: {model.calibration:.3f}",
        "fields:",
    ]
    for number, field in enumerate(model.fields):
        lines.append(f"  {field.id}:")
        lines += _levels(model, number, field.compare)
    return "\n".join(lines) + "\n"


def _levels(model: Model, number: int, compare: str) -> list[str]:
    classes = (model.match.shares, model.strangers, *(one.shares for one in model.alike))
    rows = zip(model.levels[compare], *(shares[number] for shares in classes), strict=True)
    return [
        f"    {level.id}: {{m: {m:.8f}, u: {u:.8f}, s: {s:.8f}, t: {t:.8f}, n: {n:.8f}}}"
        for level, m, u, s, t, n in rows
        if level.strength != "missing"
    ]


def _text(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
