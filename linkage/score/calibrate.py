"""Calibration: one number of bits that makes the probabilities true on pairs whose truth is known.

Fields are not quite independent (names, towns and parents of one community go together), so the plain sum is too sure of
itself. The shift is found on invented families other than those that the weights were estimated on.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from linkage.records import Float64

# No shift is larger than this; a larger one would mean that the model is wrong, not that it is too sure.
MOST_BITS = 6.0


def shift_bits(weights: Float64, one_child: NDArray[np.bool_]) -> float:
    """Bits to add to every weight so that the pairs that are one child are as likely as possible (log loss)."""

    def loss(shift: float) -> float:
        odds = np.log(2) * (weights + shift)
        return float(np.mean(np.where(one_child, np.logaddexp(0, -odds), np.logaddexp(0, odds))))

    return float(minimize_scalar(loss, bounds=(-MOST_BITS, MOST_BITS), method="bounded").x)
