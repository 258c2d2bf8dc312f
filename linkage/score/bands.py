"""Bands: what happens to a pair. auto - safe without a person; near - a person decides; none - not shown."""

from rules.policy import Bands

BANDS = ("none", "near", "auto")
NONE, NEAR, AUTO = range(3)


def band(probability: float, guards: tuple[str, ...], limits: Bands) -> str:
    """`auto` needs the probability and no guard; a guard alone lifts nothing and hides nothing."""
    if probability >= limits.auto and not guards:
        return BANDS[AUTO]
    return BANDS[NEAR] if probability >= limits.near else BANDS[NONE]
