"""A small logistic regression: a handful of features, drawn towards a known starting point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = 30
_CLOSE = 1e-6


def fit(
    features: NDArray[np.floating],
    is_hit: NDArray[np.bool_],
    *,
    towards: NDArray[np.float64],
    ridge: NDArray[np.float64] | float,
    at_least: float = -np.inf,
) -> NDArray[np.float64]:
    """The coefficients (without the constant, which is free).

    ``ridge``: how many observations' worth of evidence it takes to move a coefficient from
    ``towards``. ``at_least``: no coefficient is below it.
    """
    rows = np.column_stack([np.ones(len(features)), features.astype(np.float64)])
    pull = np.diag(np.r_[1e-6, np.broadcast_to(ridge, len(towards))])
    share = np.clip(is_hit.mean(), 1e-6, 1 - 1e-6)
    found = np.r_[0.0, towards]
    found[0] = np.log(share / (1 - share)) - (rows[:, 1:] @ towards).mean()
    start = np.r_[0.0, towards]
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (is_hit - chance) - pull @ (found - start)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + pull
        step = np.clip(np.linalg.solve(curve, slope), -2, 2)
        after = found + step
        after[1:] = np.maximum(after[1:], at_least)
        moved = np.abs(after - found).max()
        found = after
        if moved < _CLOSE:
            break
    coefficients: NDArray[np.float64] = found[1:]
    return coefficients
