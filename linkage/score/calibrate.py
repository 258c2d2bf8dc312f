"""Calibration: one number of bits that makes the probabilities true on pairs whose truth is known.

Fields are not quite independent (names, towns and parents of one community go together), so the plain sum is too sure of
itself. The shift is found on invented families other than those that the weights were estimated on, or on decisions of people.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from linkage.records import Float64

# No shift is larger than this; a larger one would mean that the model is wrong, not that it is too sure.
MOST_BITS = 6.0


def shift_bits(weights: Float64, one_child: NDArray[np.bool_]) -> float:
    """Bits to add to every weight so that the pairs that are one child are as likely as possible (log loss)."""
    found = minimize_scalar(
        lambda shift: log_loss(weights + shift, one_child), bounds=(-MOST_BITS, MOST_BITS), method="bounded"
    )
    return float(found.x)


def log_loss(weights: Float64, one_child: NDArray[np.bool_]) -> float:
    """Mean surprise in bits a pair: 0 where every weight is sure and right, 1 where every pair is given half a chance."""
    surprise = np.where(one_child, np.logaddexp2(0, -weights), np.logaddexp2(0, weights))
    return float(surprise.mean()) if len(surprise) else 0.0
