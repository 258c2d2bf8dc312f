"""A chance on the screen: between the limits of the policy, in words, and what it rests on."""

from dataclasses import dataclass
from datetime import date
from math import log2

from rules.matching import Provenance
from rules.policy import Bands

SCALE = 11.0  # bits on either side of even odds that the score bar shows: from 1 in 2,000 to all but one in 2,000
FEWER, NEARLY_ALL = 0.01, 0.99  # beyond these a share is said as "1 in so many", or out of a thousand


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """Where a pair stands between the limits of the policy: percentages of the bar, and the limits in words."""

    at: float
    near: float
    auto: float
    near_words: str
    auto_words: str
    band: str  # none, near, auto: as the chance alone has it


@dataclass(frozen=True, slots=True)
class Basis:
    """What the chances rest on. `learned`: decided (decisions of people as well), invented (families with known truth), table."""

    learned: str
    records: int
    pairs: int
    made: date

    @classmethod
    def of(cls, told: Provenance) -> "Basis":
        learned = "decided" if told.method.startswith("sharpened with decisions") else "table"
        if learned == "table" and "invented families" in told.method:
            learned = "invented"
        return cls(learned, told.records, told.pairs, date.fromisoformat(told.made))


def score_bar(probability: float, bands: Bands) -> ScoreBar:
    band = "none" if probability < bands.near else "near" if probability < bands.auto else "auto"
    return ScoreBar(
        at=_place(probability),
        near=_place(bands.near),
        auto=_place(bands.auto),
        near_words=share_words(bands.near),
        auto_words=share_words(bands.auto),
        band=band,
    )


def _place(probability: float) -> float:
    """On a bar that gives each doubling of the odds the same room: 0.99 and 0.999 are far apart there."""
    sure = min(max(probability, 1e-9), 1 - 1e-9)
    bits = min(max(log2(sure / (1 - sure)), -SCALE), SCALE)
    return round(50 + 50 * bits / SCALE, 1)


def share_words(share: float) -> str:
    """`57 in 100`, `995 in 1,000`, `1 in 1,800`."""
    if share < FEWER:
        many = round(1 / share)
        digits = 10 ** max(len(str(many)) - 2, 0)
        return f"1 in {round(many / digits) * digits:,}"
    return f"{round(1000 * share)} in 1,000" if share > NEARLY_ALL else f"{round(100 * share)} in 100"
