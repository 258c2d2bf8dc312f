"""Why the machine asks: the chance with its limits, each line of the evidence as a step from the starting point to the sum, for and against.

The weights of the lines add up to the weight of the pair (`PairEvidence`), so nothing is left out and nothing is rounded into view.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from linkage.identity.pair_words import PairWord
from linkage.records import EvidenceLine, PairEvidence
from linkage.score.explain import in_words
from review_ui.present import words
from review_ui.present.chance import Basis, ScoreBar, score_bar, share_words
from rules.matching import Weights
from rules.policy import Bands

SILENT = 0.005  # bits: prints as 0.0 and moves no odds


@dataclass(frozen=True, slots=True)
class Bar:
    title: str
    sentence: str
    weight: float
    width: float  # 0 to 100, one scale for all bars of an item
    strength: str  # "much weight"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall. `start`, `width` and `end` are percentages of one scale for all pairs of an item.

    `side`: start, for, against, sum. `one_child` and `strangers`: how many such pairs reach this level, in words; "" if unknown.
    """

    title: str
    sentence: str
    weight: float
    side: str
    start: float
    width: float
    end: float  # where the sum stands after this step
    strength: str
    one_child: str = ""
    strangers: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One pair of records. `anchor` names it in the page; `left` and `right` are column labels.

    `absent`: fields of which a record says nothing, title and sentence. `said`: what a person has said of the two. `met_by`: the searches
    of a scan that bring the two together; None where a scan has compared them.
    """

    anchor: str
    left: str
    right: str
    probability: float
    chance: str
    score: ScoreBar
    steps: tuple[Step, ...]
    supporting: tuple[Bar, ...]
    opposing: tuple[Bar, ...]
    absent: tuple[tuple[str, str], ...]
    fields: int
    total: float
    guards: tuple[str, ...]
    said: PairWord | None
    met_by: tuple[str, ...] | None

    @property
    def fields_used(self) -> int:
        return self.fields - len(self.absent)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read evidence: the bands of the policy and what each level weighs."""

    bands: Bands
    weights: Weights

    @property
    def basis(self) -> Basis:
        return Basis.of(self.weights.provenance)


def explain_pairs(
    pairs: Sequence[PairEvidence],
    labels: Mapping[str, str],
    reading: Reading,
    said: Iterable[PairWord] = (),
    met_by: Mapping[frozenset[str], tuple[str, ...]] | None = None,
) -> tuple[Explanation, ...]:
    """`labels`: record id -> head of its column; the explanations come in the order of the columns. `met_by`: of pairs asked for now."""
    bars = max((abs(line.weight) for pair in pairs for line in pair.lines), default=1.0) or 1.0
    sums = [0.0, *(one for pair in pairs for one in accumulate(line.weight for line in _in_steps(pair)))]
    scale = min(sums), max(max(sums) - min(sums), 1.0)
    words_of = {frozenset((word.left, word.right)): word for word in said}
    found = []
    for pair in pairs:
        both = frozenset((pair.left, pair.right))
        found.append(_explain(pair, labels, reading, bars, scale, words_of.get(both), (met_by or {}).get(both)))
    return tuple(sorted(found, key=lambda one: (one.left, one.right)))


def _explain(  # noqa: PLR0917 - the pair, how to read it, and what is known beside it
    pair: PairEvidence,
    labels: Mapping[str, str],
    reading: Reading,
    bars: float,
    scale: tuple[float, float],
    said: PairWord | None,
    met_by: tuple[str, ...] | None,
) -> Explanation:
    left, right = sorted((labels[pair.left], labels[pair.right]))
    of_fields = [line for line in pair.lines if line.level]  # the others: prior, family and namesakes
    weighty = [line for line in pair.lines if line.field != "prior" and abs(line.weight) > SILENT]
    return Explanation(
        anchor=f"why-{left}-{right}".lower().replace(" ", ""),
        left=left,
        right=right,
        probability=pair.probability,
        chance=in_words(pair.probability),
        score=score_bar(pair.probability, reading.bands),
        steps=_steps(pair, reading.weights, scale),
        supporting=_bars([line for line in weighty if line.weight > 0], bars),
        opposing=_bars([line for line in weighty if line.weight < 0], bars),
        absent=tuple((line.title, line.sentence) for line in of_fields if abs(line.weight) <= SILENT),
        fields=len(of_fields),
        total=pair.weight,
        guards=pair.guards,
        said=said,
        met_by=met_by,
    )


def _in_steps(pair: PairEvidence) -> list[EvidenceLine]:
    """The starting point, what speaks for, what speaks against, each the weightiest first, and what says nothing."""

    def place(line: EvidenceLine) -> tuple[int, float]:
        if line.field == "prior":
            return 0, 0.0
        if abs(line.weight) <= SILENT:
            return 3, 0.0
        return (1 if line.weight > 0 else 2), -abs(line.weight)

    return sorted(pair.lines, key=place)


def _steps(pair: PairEvidence, weights: Weights, scale: tuple[float, float]) -> tuple[Step, ...]:
    lines = _in_steps(pair)
    sums = [0.0, *accumulate(line.weight for line in lines)]
    steps = [
        _step(line, between, weights, scale)
        for line, between in zip(lines, pairwise(sums), strict=True)
        if abs(line.weight) > SILENT
    ]
    low, high = sorted((_percent(0.0, scale), _percent(sums[-1], scale)))
    total = Step("", "", pair.weight, "sum", low, round(high - low, 1), _percent(sums[-1], scale), "")
    return (*steps, total)


def _step(line: EvidenceLine, between: tuple[float, float], weights: Weights, scale: tuple[float, float]) -> Step:
    before, after = (_percent(one, scale) for one in between)
    side = "start" if line.field == "prior" else "for" if line.weight > 0 else "against"
    known = weights.fields.get(line.field, {}).get(line.level)
    return Step(
        line.title,
        line.sentence,
        line.weight,
        side,
        min(before, after),
        round(abs(after - before), 1),
        after,
        words.weight_words(line.weight),
        share_words(known.m) if known else "",
        share_words(known.u) if known else "",
    )


def _percent(weight: float, scale: tuple[float, float]) -> float:
    least, width = scale
    return round(100 * (weight - least) / width, 1)


def _bars(lines: Sequence[EvidenceLine], scale: float) -> tuple[Bar, ...]:
    return tuple(_bar(line, scale) for line in sorted(lines, key=lambda line: -abs(line.weight)))


def _bar(line: EvidenceLine, scale: float) -> Bar:
    width = round(100 * abs(line.weight) / scale, 1)
    return Bar(line.title, line.sentence, line.weight, width, words.weight_words(line.weight))
