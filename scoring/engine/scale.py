"""From a chance of buying to a score of 0-100 and a segment.

A chance means little beside another company's: whether 20 % is much depends on how many buy at
all. So a score says how a client's odds compare with the odds of all the clients learned from:

* 40, where Warm begins: as likely to buy as the average.
* 70, where Hot begins: three times the odds of the average.

Between and beyond, the score follows the logarithm of that ratio along an S-curve, so it never
falls where the chance rises, and stays within 0 and 100 whatever the chance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOT: Final = "Hot"
WARM: Final = "Warm"
COLD: Final = "Cold"
HOT_FROM: Final = 70
WARM_FROM: Final = 40
HOT_ODDS: Final = 3.0


def logit(chance: float) -> float:
    """Return the logarithm of the odds of a chance between 0 and 1."""
    return math.log(chance / (1.0 - chance))


_AVERAGE: Final = logit(WARM_FROM / 100)
_SLOPE: Final = (logit(HOT_FROM / 100) - _AVERAGE) / math.log(HOT_ODDS)


def points(log_odds: NDArray[np.float64], average: float) -> NDArray[np.float64]:
    """Return scores before rounding; ``average`` is the log-odds of all clients learned from."""
    return 100.0 * sigmoid(_AVERAGE + _SLOPE * (log_odds - average))


def log_odds(points: NDArray[np.float64], average: float) -> NDArray[np.float64]:
    """Return the log-odds that have these points (between 0 and 100), as :func:`points` reckons."""
    share = points / 100.0
    result: NDArray[np.float64] = average + (np.log(share / (1.0 - share)) - _AVERAGE) / _SLOPE
    return result


def sigmoid(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chances of log-odds."""
    result: NDArray[np.float64] = 0.5 + 0.5 * np.tanh(0.5 * log_odds)
    return result


def rounded(exact: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole scores, half a point upwards."""
    result: NDArray[np.int64] = np.floor(exact + 0.5).astype(np.int64)
    return result


def segment(score: float) -> str:
    """Return the segment of a score of 0-100."""
    if score >= HOT_FROM:
        return HOT
    return WARM if score >= WARM_FROM else COLD
