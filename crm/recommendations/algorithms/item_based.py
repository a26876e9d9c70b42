"""Customers who bought this also took that: likeness of products by who bought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.interactions import Weighting, matrix
from crm.recommendations.algorithms.neighbours import Neighbours, strongest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# As many buyers in common as this are needed for half of the likeness that many would have.
SHRINKAGE = 20.0
MOST = 100
WEIGHTING = Weighting()


@dataclass(frozen=True, slots=True)
class ItemBased:
    """Cosine of two products' buyers, shrunk where few bought both."""

    name: ClassVar[str] = "collaborative"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    neighbours: Neighbours

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """Compare products in pieces, so that memory grows with products, not their square."""
        bought = matrix(lessons.purchases, lessons.as_of, WEIGHTING)
        number = bought.shape[1]
        by_product = bought.T.tocsr()
        norms = np.sqrt(np.asarray(by_product.multiply(by_product).sum(axis=1)).ravel())

        def columns(piece: slice) -> NDArray[np.float32]:
            common = (by_product[piece] @ bought).toarray()
            common /= norms[piece, None] * norms[None, :] + np.float32(SHRINKAGE)
            common[np.arange(len(common)), np.arange(piece.start, piece.stop)] = 0
            return np.asarray(common, dtype=np.float32)

        return cls(strongest(number, MOST, columns))

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002 - the same for both
        """How much the customer's products speak for each other one."""
        return self.neighbours.scores(matrix(block.purchases, block.as_of, WEIGHTING))

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
