"""A trained model that answers: plain arrays, no scikit-learn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from scoring.engine import scale
from scoring.engine.features import NAMES, of_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# Chances nearer to 0 or 1 than this are taken for it: no history proves more.
SUREST: Final = 1e-4
# Nearer than this, two margins are the same.
_SAME: Final = 1e-9


class Kernel(Protocol):
    """What gives a client its margin, before calibration: trees or a curve."""

    @property
    def base(self) -> float: ...
    def margins(self, features: NDArray[np.float32]) -> NDArray[np.float64]: ...
    def margin_of_one(self, row: NDArray[np.float32]) -> float: ...
    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float64]: ...
    def arrays(self) -> Mapping[str, NDArray[np.generic]]: ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """What makes chances come true: log-odds x ``slope`` + ``shift``, learned from rows left out.

    ``is_chance`` tells whether the kernel's margin is a chance or log-odds already. ``average``
    is the log-odds of all clients learned from. The slope is above 0, so the order stays.
    """

    slope: float
    shift: float
    average: float
    is_chance: bool

    def log_odds(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated log-odds."""
        if self.is_chance:
            chances = np.clip(margins, SUREST, 1 - SUREST)
            margins = np.log(chances / (1 - chances))
        else:
            most = scale.logit(1 - SUREST)
            margins = np.clip(margins, -most, most)
        result: NDArray[np.float64] = self.slope * margins + self.shift
        return result


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a score is what it is: ``base`` + the sum of ``contributions`` is ``exact``, in points.

    ``base`` is the score of a client of whom nothing is known, ``exact`` the score before it is
    rounded; contributions are by name of the feature.
    """

    score: int
    exact: float
    base: float
    contributions: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledModel:
    """``kind`` is forest, logistic or boosting; ``about`` what is known of the training."""

    kind: str
    kernel: Kernel
    calibration: Calibration
    importance: tuple[float, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the calibrated log-odds of buying."""
        return self.calibration.log_odds(self.kernel.margins(features))

    def chances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the calibrated chances of buying (0-1)."""
        return scale.sigmoid(self.log_odds(features))

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the scores (0-100)."""
        return scale.rounded(scale.points(self.log_odds(features), self.calibration.average))

    def score_of_one(self, client: Sequence[float]) -> int:
        """Return the score of one checked client, its seven figures in order."""
        margin = np.array([self.kernel.margin_of_one(of_one(client))])
        return math.floor(float(self._points(margin)[0]) + 0.5)

    def explain(self, features: NDArray[np.float32]) -> list[Explanation]:
        """Return what each feature adds to each score; see :meth:`shares`."""
        exact, base, shares = self.shares(features)
        return [
            Explanation(score, value, base, dict(zip(NAMES, share, strict=True)))
            for score, value, share in zip(
                scale.rounded(exact).tolist(), exact.tolist(), shares.tolist(), strict=True
            )
        ]

    def shares(
        self, features: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
        """Return scores before rounding, the base, and what each feature adds to each of them.

        The kernel's own contributions sum to the margin exactly. From margin to score leads a
        curve that never falls: the contributions of a client are multiplied with the slope of
        its chord from the base to the client, one number above or at 0, so they keep their
        signs and proportions, and sum to the score.
        """
        contributions = self.kernel.contributions(features)
        base = self.kernel.base
        margins = base + contributions.sum(axis=1)
        base_points = float(self._points(np.array([base]))[0])
        exact = self._points(margins)
        run = margins - base
        is_flat = np.abs(run) < _SAME
        # A client just as the base: the chord becomes the tangent.
        tangent = float(np.diff(self._points(base + np.array([-1e-6, 1e-6])))[0]) / 2e-6
        slope = np.where(
            is_flat, max(tangent, 0.0), (exact - base_points) / np.where(is_flat, 1.0, run)
        )
        return exact, base_points, contributions * slope[:, np.newaxis]

    def _points(self, margins: NDArray[np.float64]) -> NDArray[np.float64]:
        return scale.points(self.calibration.log_odds(margins), self.calibration.average)
