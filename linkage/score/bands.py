"""Bands: what happens to a pair. auto - safe without a person; near - a person decides; none - not shown."""

import numpy as np

from linkage.records import Float64, Int8, Int64
from rules.policy import Bands

BANDS = ("none", "near", "auto")
NONE, NEAR, AUTO = range(3)


def band_codes(probability: Float64, guards: Int64, limits: Bands) -> Int8:
    """Place in BANDS of each pair. `auto` needs the probability and no guard; a guard alone lifts nothing and hides nothing."""
    automatic = (probability >= limits.auto) & (guards == 0)
    codes = np.where(automatic, AUTO, np.where(probability >= limits.near, NEAR, NONE))
    return codes.astype(np.int8)
