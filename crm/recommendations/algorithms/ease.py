"""EASE^R: each product as a weighted sum of all others, by ridge regression (Steck, 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons
from crm.recommendations.algorithms.interactions import Weighting, matrix
from crm.recommendations.algorithms.neighbours import CELLS, Neighbours, strongest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

# The ridge.
RIDGE = 100.0
MOST = 200
WEIGHTING = Weighting()


@dataclass(frozen=True, slots=True)
class Ease:
    """The strongest weights of the regression."""

    name: ClassVar[str] = "ease"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    neighbours: Neighbours

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """Solve for all products at once, in one matrix of products x products in place."""
        bought = matrix(lessons.purchases, lessons.as_of, WEIGHTING)
        inverse = inverted(common(bought), RIDGE)
        diagonal = np.diag(inverse).copy()

        def columns(piece: slice) -> NDArray[np.float32]:
            weights = inverse[piece] / -diagonal[piece, None]
            weights[np.arange(len(weights)), np.arange(piece.start, piece.stop)] = 0
            return np.asarray(weights, dtype=np.float32)

        return cls(strongest(bought.shape[1], MOST, columns))

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


def common(bought: csr_matrix) -> NDArray[np.float32]:
    """Products x products: what the customers of both have in common; made in pieces."""
    number = bought.shape[1]
    by_product = bought.T.tocsr()
    found = np.empty((number, number), dtype=np.float32)
    step = max(CELLS // max(number, 1), 1)
    for start in range(0, number, step):
        found[start : start + step] = (by_product[start : start + step] @ bought).toarray()
    return found


def inverted(square: NDArray[np.float32], ridge: float) -> NDArray[np.float32]:
    """The inverse of the symmetric matrix with ``ridge`` on its diagonal, in its place."""
    from scipy.linalg import (  # type: ignore[import-untyped]  # noqa: PLC0415 - slow import
        lapack,
    )
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - slow import

    number = len(square)
    if not number:
        return square
    square[np.diag_indices(number)] += np.float32(ridge)
    # Symmetric, so its transpose is itself in the order that LAPACK works on in place.
    with threadpool_limits(limits=1, user_api="blas"):
        factor, failed = lapack.spotrf(square.T, lower=1, overwrite_a=1, clean=0)
        inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise ArithmeticError("The purchases in common could not be inverted.")
    _mirror(inverse)
    found: NDArray[np.float32] = inverse.T
    return found


def _mirror(square: NDArray[np.float32], step: int = 1024) -> None:
    """Copy the lower triangle over the upper one, in pieces."""
    number = len(square)
    for start in range(0, number, step):
        end = min(start + step, number)
        square[start:end, end:] = square[end:, start:end].T
        piece = square[start:end, start:end]
        above = np.triu_indices(end - start, 1)
        piece[above] = piece.T[above]
