"""Customers who bought this also took that: likeness of products by who bought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms import cold, trend
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.interactions import Weighting, matrix
from crm.recommendations.algorithms.neighbours import Neighbours, strongest
from crm.recommendations.algorithms.trials import Trial, surely_best

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# So much of two products' buyers in common is taken for chance.
SHRINKAGE = 20.0
MOST = 100
# Who bought everything says little of what goes together.
WEIGHTING = Weighting(customer=0.5)


@dataclass(frozen=True, slots=True)
class ItemBased:
    """Cosine of two products' buyers, shrunk where few bought both, times the trend."""

    name: ClassVar[str] = "collaborative"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    neighbours: Neighbours
    # How far the trend is followed.
    power: float = trend.POWERS[0]

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """The trend is followed as far as that helps to tell what is bought next."""
        return cls.tuned(lessons, _power(lessons))

    @classmethod
    def tuned(cls, lessons: Lessons, power: float) -> Self:
        """With this power of the trend."""
        neighbours = cold.lend(_alike(lessons), lessons)
        followed = trend.of(lessons.purchases, lessons.as_of) ** np.float32(power)
        return cls(neighbours.times(followed), power)

    def again(self, lessons: Lessons) -> Self:
        """The same setting, learnt from other purchases."""
        return self.tuned(lessons, self.power)

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:
        """How much the customer's products speak for each other one."""
        bought = matrix(block.purchases, block.as_of, WEIGHTING)
        return self.neighbours.scores(bought, question)

    @property
    def products(self) -> int:
        """So many it knows."""
        return len(self.neighbours)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        return self.neighbours.arrays()

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        return cls(Neighbours.load(arrays))


def _alike(lessons: Lessons) -> Neighbours:
    """Compare products in pieces, so that memory grows with products, not their square."""
    bought = matrix(lessons.purchases, lessons.as_of, WEIGHTING)
    by_product = bought.T.tocsr()
    norms = np.sqrt(np.asarray(by_product.multiply(by_product).sum(axis=1)).ravel())

    def columns(piece: slice) -> NDArray[np.float32]:
        common = (by_product[piece] @ bought).toarray()
        common /= norms[piece, None] * norms[None, :] + np.float32(SHRINKAGE)
        common[np.arange(len(common)), np.arange(piece.start, piece.stop)] = 0
        return np.asarray(common, dtype=np.float32)

    return strongest(bought.shape[1], MOST, columns)


def _power(lessons: Lessons) -> float:
    trial = Trial.of(lessons)
    if trial is None:
        return trend.POWERS[0]
    inner, block = trial.lessons, trial.block
    bought = matrix(block.purchases, block.as_of, WEIGHTING)
    plain = _alike(inner).scores(bought, NEW)
    lately = trend.of(inner.purchases, inner.as_of)

    def measure(power: float) -> NDArray[np.float64]:
        return trial.ndcg(plain * lately ** np.float32(power), NEW)

    return surely_best(trend.POWERS, measure)
