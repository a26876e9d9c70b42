"""How likely it is that what is proposed is bought: learnt from purchases held out. Pure numpy.

Learnt by :mod:`crm.recommendations.evaluation.calibrating`. Two steps, both logistic and monotone:
a product's chance rises with its score and falls with its rank; the chance of at least one of a
customer's products rises with what their single chances would give if they were independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.engine.ranking import Ranked

# Where nothing was measured: low, as nobody knows.
ASSUMED: Mapping[str, float] = {REPEAT: 0.10, NEW: 0.02}
ASSUMED_ANY = 0.30
# The whole of a recommendation, among the arrays.
ANY = "any"
# Above these parts of all scores a product's chance may rise faster.
_BENDS = (0.0, 0.5, 0.8, 0.95)
_POPULARITY = "popularity"
_LEAST, _MOST = 0.001, 0.999


@dataclass(frozen=True, slots=True)
class Calibration:
    """Curves per (question, algorithm), and one for the whole of a recommendation.

    ``arrays`` hold under "question/algorithm" the weights of :func:`product_features` (one weight:
    the same chance for all) and under "question/algorithm/scores" the scores at even shares of all;
    under "any" the weights of :func:`customer_features`. What is missing is assumed.
    """

    arrays: Mapping[str, NDArray[np.generic]]

    def probability(
        self, question: str, algorithm: str, ranked: Ranked, baskets: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Per product that the customer's next purchase has it: rows x k, 0-1, NaN where none.

        ``baskets``: purchases (days) each customer made so far. To who made none popularity
        answers, whatever the algorithm.
        """
        found = self._probability(f"{question}/{algorithm}", question, ranked, baskets)
        is_cold = np.asarray(baskets) == 0
        if is_cold.any():
            cold = self._probability(f"{question}/{_POPULARITY}", question, ranked, baskets)
            found[is_cold] = cold[is_cold]
        found[ranked.product < 0] = np.nan
        return found

    def confidence(
        self,
        repeat: NDArray[np.float32],
        new: NDArray[np.float32],
        baskets: NDArray[np.int32],
    ) -> NDArray[np.float32]:
        """That the next purchase has at least one of the proposed products; per customer.

        0 where nothing is proposed.
        """
        alone = independent(repeat, new)
        weights = self.arrays.get(ANY)
        if weights is None:
            found = np.full(len(alone), ASSUMED_ANY)
        else:
            found = chance(customer_features(alone, baskets), weights)
        for chances in (repeat, new):
            # Any of them is at least as likely as each.
            each = np.nan_to_num(chances.astype(np.float64)).max(axis=1, initial=0.0)
            found = np.maximum(found, each)
        return np.where(alone > 0, found, 0.0).astype(np.float32)

    def _probability(
        self, key: str, question: str, ranked: Ranked, baskets: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        weights = self.arrays.get(key)
        if weights is None:
            return np.full(ranked.product.shape, ASSUMED[question], np.float32)
        features = product_features(ranked.score, baskets, self.arrays[f"{key}/scores"])
        return chance(features, weights).astype(np.float32)


def independent(repeat: NDArray[np.float32], new: NDArray[np.float32]) -> NDArray[np.float64]:
    """The chance of at least one product if none told anything of another."""
    none = np.ones(len(repeat))
    for chances in (repeat, new):
        none *= np.prod(1.0 - np.nan_to_num(chances.astype(np.float64)), axis=1)
    found: NDArray[np.float64] = 1.0 - none
    return found


def product_features(
    score: NDArray[np.float32], baskets: NDArray[np.int32], levels: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Rows x k x features: 1, where the score stands among all, its place, the customer's baskets.

    The first is constant; of the others all but the last make the chance rise only.
    """
    shares = np.linspace(0.0, 1.0, len(levels))
    share = np.interp(np.nan_to_num(score, nan=-np.inf), levels.astype(np.float64), shares)
    place = np.broadcast_to(-np.log2(np.arange(2, score.shape[1] + 2)), score.shape)
    known = np.broadcast_to(np.log1p(baskets)[:, None], score.shape)
    bends = [np.maximum(share - bend, 0.0) / (1.0 - bend) for bend in _BENDS]
    return np.stack([np.ones(score.shape), *bends, place, known], axis=-1)


def customer_features(
    alone: NDArray[np.float64], baskets: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Rows x features: 1, the log odds of :func:`independent`, the customer's baskets."""
    kept = np.clip(alone, _LEAST, _MOST)
    return np.column_stack([np.ones(len(kept)), np.log(kept / (1 - kept)), np.log1p(baskets)])


def chance(features: NDArray[np.float64], weights: NDArray[np.generic]) -> NDArray[np.float64]:
    """Between 0.1 % and 99.9 %: nothing is certain."""
    used = features[..., : len(weights)]
    found: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(used @ weights.astype(np.float64))))
    return np.clip(found, _LEAST, _MOST)
