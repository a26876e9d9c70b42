"""Learning one model: an estimator, its arrays, and a calibration from rows left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.engine import artifact, scale
from scoring.engine.compiled import SUREST, Calibration, CompiledModel
from scoring.training.candidates import FOREST
from scoring.training.dataset import FOLDS, folds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.training.candidates import Candidate
    from scoring.training.dataset import Dataset

# Clients whose contributions the importance of the features is the mean of.
_EXPLAINED: Final = 1_000
_FLATTEST: Final = 0.01
# More rows teach no way of learning more, they only take longer.
_LEARNED: Final = 60_000
# A line of two numbers needs no more rows left out than this.
_CROSS_FITTED: Final = 15_000
# With so many rows two thirds teach as much as four fifths.
_MANY: Final = 5_000
_FEWER_FOLDS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """``estimator`` is scikit-learn's, ``model`` the same as arrays with its calibration.

    ``left_out`` has, for rows learned from, their chances as foretold by estimators that had
    not seen them, calibrated; ``came`` is what came of them.
    """

    estimator: Any
    model: CompiledModel
    left_out: NDArray[np.float64]
    came: NDArray[np.int64]


def fit(candidate: Candidate, data: Dataset) -> Fitted:
    """Learn from all rows; calibrate on chances that each row got from models without it."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - slow import

    rows = data.features
    taught = _some(data, _LEARNED)
    with threadpool_limits(1):
        crossed = _some(data, _CROSS_FITTED)
        left_out = _foretold(candidate, crossed)
        slope, shift = _calibration(left_out, crossed)
        estimator = candidate.make(len(taught)).fit(taught.features, taught.bought)
    calibration = Calibration(
        slope=slope,
        shift=shift,
        average=scale.logit(data.base_rate),
        is_chance=candidate.kind == FOREST,
    )
    kernel = candidate.compiled(estimator)
    sample = rows[:: max(1, len(rows) // _EXPLAINED)]
    weight = np.abs(kernel.contributions(sample)).mean(axis=0)
    model = CompiledModel(
        kind=candidate.kind,
        kernel=kernel,
        calibration=calibration,
        importance=tuple((weight / max(weight.sum(), SUREST)).tolist()),
        about={
            "libraries": {name: metadata.version(name) for name in artifact.LIBRARIES},
            "trained_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "clients": len(data),
            "buyers": int(data.bought.sum()),
        },
    )
    return Fitted(estimator, model, scale.sigmoid(slope * left_out + shift), crossed.bought)


def _some(data: Dataset, most: int) -> Dataset:
    """Return so many rows at most, with as many buyers among them as among all."""
    parts = -(-len(data) // most)
    return data if parts <= 1 else data.at(folds(data, parts) == 0)


def _foretold(candidate: Candidate, data: Dataset) -> NDArray[np.float64]:
    """Return the log-odds of every row, from estimators that have not seen it."""
    rows = data.features
    fold = folds(data, FOLDS if len(data) <= _MANY else _FEWER_FOLDS)
    chances = np.empty(len(rows))
    for number in np.unique(fold):
        is_left_out = fold == number
        known = rows[~is_left_out]
        estimator = candidate.make(len(known)).fit(known, data.bought[~is_left_out])
        chances[is_left_out] = estimator.predict_proba(rows[is_left_out])[:, 1]
    chances = np.clip(chances, SUREST, 1 - SUREST)
    result: NDArray[np.float64] = np.log(chances / (1 - chances))
    return result


def _calibration(log_odds: NDArray[np.float64], data: Dataset) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow import

    line = LogisticRegression(C=1e6, max_iter=1000).fit(log_odds[:, np.newaxis], data.bought)
    slope, shift = float(line.coef_[0, 0]), float(line.intercept_[0])
    if slope < _FLATTEST:
        # Chances that say nothing, or the contrary: nearly the average for everybody.
        return _FLATTEST, scale.logit(data.base_rate) - _FLATTEST * float(log_odds.mean())
    return slope, shift
