"""Customers who bought this also took that: likeness of products by who bought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms import cold, trend
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.interactions import Weighting, matrix
from crm.recommendations.algorithms.neighbours import Neighbours, strongest

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

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """Compare products in pieces, so that memory grows with products, not their square."""
        bought = matrix(lessons.purchases, lessons.as_of, WEIGHTING)
        by_product = bought.T.tocsr()
        norms = np.sqrt(np.asarray(by_product.multiply(by_product).sum(axis=1)).ravel())

        def columns(piece: slice) -> NDArray[np.float32]:
            common = (by_product[piece] @ bought).toarray()
            common /= norms[piece, None] * norms[None, :] + np.float32(SHRINKAGE)
            common[np.arange(len(common)), np.arange(piece.start, piece.stop)] = 0
            return np.asarray(common, dtype=np.float32)

        neighbours = cold.lend(strongest(bought.shape[1], MOST, columns), lessons)
        return cls(neighbours.times(trend.of(lessons.purchases, lessons.as_of)))

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002 - the same for both
        """How much the customer's products speak for each other one."""
        bought = matrix(block.purchases, block.as_of, WEIGHTING)
        return self.neighbours.scores(bought)

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
