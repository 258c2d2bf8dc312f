"""Why the machine asks: each line of the evidence as a bar, for and against on one scale.

The weights of the lines add up to the weight of the pair (`PairEvidence`), so nothing is left out and nothing is rounded into view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkage.records import EvidenceLine, PairEvidence
from linkage.score.explain import in_words
from review_ui.present import words

SILENT = 0.005  # bits: prints as 0.0 and moves no odds


@dataclass(frozen=True, slots=True)
class Bar:
    title: str
    sentence: str
    weight: float
    width: float  # 0 to 100, one scale for all bars of an item
    strength: str  # "much weight"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One pair of records. `anchor` names it in the page; `left` and `right` are column labels."""

    anchor: str
    left: str
    right: str
    chance: str
    start: tuple[Bar, ...]
    supporting: tuple[Bar, ...]
    opposing: tuple[Bar, ...]
    silent: tuple[str, ...]
    total: float
    guards: tuple[str, ...]

    @property
    def fields_used(self) -> int:
        return len(self.supporting) + len(self.opposing)

    @property
    def fields(self) -> int:
        return self.fields_used + len(self.silent)


def explain_pairs(pairs: Sequence[PairEvidence], labels: Mapping[str, str]) -> tuple[Explanation, ...]:
    """`labels` maps a record id to the head of its column; pairs come in the order of the columns."""
    scale = max((abs(line.weight) for pair in pairs for line in pair.lines), default=1.0) or 1.0
    found = [_explain(pair, labels, scale) for pair in pairs]
    return tuple(sorted(found, key=lambda explanation: (explanation.left, explanation.right)))


def _explain(pair: PairEvidence, labels: Mapping[str, str], scale: float) -> Explanation:
    left, right = sorted((labels[pair.left], labels[pair.right]))
    of_fields = [line for line in pair.lines if line.level]  # the others: prior, family and namesakes
    return Explanation(
        anchor=f"why-{left}-{right}".lower().replace(" ", ""),
        left=left,
        right=right,
        chance=in_words(pair.probability),
        start=tuple(_bar(line, scale) for line in pair.lines if not line.level),
        supporting=_bars([line for line in of_fields if line.weight > SILENT], scale),
        opposing=_bars([line for line in of_fields if line.weight < -SILENT], scale),
        silent=tuple(line.title for line in of_fields if abs(line.weight) <= SILENT),
        total=pair.weight,
        guards=pair.guards,
    )


def _bars(lines: Sequence[EvidenceLine], scale: float) -> tuple[Bar, ...]:
    return tuple(_bar(line, scale) for line in sorted(lines, key=lambda line: -abs(line.weight)))


def _bar(line: EvidenceLine, scale: float) -> Bar:
    width = round(100 * abs(line.weight) / scale, 1)
    return Bar(line.title, line.sentence, line.weight, width, words.weight_words(line.weight))
