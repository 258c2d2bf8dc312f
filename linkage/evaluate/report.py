"""A trial as one HTML page for people who decide: no script, nothing loaded from elsewhere, counts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from linkage.evaluate import charts
from linkage.evaluate.findings import FEW, between, findings, in_words, of_thousand
from linkage.evaluate.intervals import wilson
from linkage.evaluate.measures import KindRecall
from linkage.evaluate.trial import OTHERS, Trial

_HARM: Mapping[str, str] = {
    "twins": "Same birthday, same parents, often like names.",
    "siblings": "Same parents and surnames.",
    "cousins": "Same surname and given name, other parents.",
    "father and son": "Same name, a generation apart.",
    "namesakes": "Strangers with the same common name.",
    OTHERS: "None of these.",
}


@dataclass(frozen=True, slots=True)
class About:
    """What was measured, for the head of the page; `rules`: hash of the rulebook."""

    subject: str
    made: str
    rules: str
    notes: tuple[str, ...] = ()


def html_report(trial: Trial, about: About) -> str:
    """The whole page."""
    groups = [("Naming tradition", trial.by_tradition), ("Damage", trial.by_damage)]
    return _template().render(
        about=about,
        trial=trial,
        findings=findings(trial),
        harm=_HARM,
        groups=[(title, kinds, _least(kinds)) for title, kinds in groups if kinds],
        reliability=charts.reliability(trial.calibration),
        threshold_chart=charts.threshold_chart(trial.thresholds, trial.marks),
        score_chart=charts.score_chart(trial.histogram),
    )


def _least(kinds: Mapping[str, KindRecall]) -> float:
    return charts.floor_of(one.range for one in kinds.values() if one.pairs >= FEW)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("linkage.evaluate", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"of_thousand": of_thousand, "between": between, "in_words": in_words}
    environment.globals |= {"few": FEW, "interval": charts.interval, "wilson": wilson, "others": OTHERS}
    return environment.get_template("report.html.j2")
