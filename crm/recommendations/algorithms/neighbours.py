"""For each product the few others that speak for it: what item-based learning keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from crm.recommendations.algorithms.base import REPEAT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

# Cells of a dense piece: 16 MB of float32.
CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A sparse matrix, products x products: what having the row's product says of the column's.

    Weights are float16: half the size, and float noise of the arithmetic is rounded away.
    """

    starts: NDArray[np.int64]
    product: NDArray[np.int32]
    weight: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def matrix(self) -> csr_matrix:
        """Rows: products that were bought; columns: products they speak for."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow import

        number = len(self)
        weights = self.weight.astype(np.float32)
        return csr_matrix((weights, self.product, self.starts), shape=(number, number))

    def times(self, factor: NDArray[np.floating]) -> Neighbours:
        """The same with what speaks for each product multiplied."""
        weight = self.weight.astype(np.float32) * factor[self.product]
        # Beyond float16's reach nothing is told apart any more.
        most = np.finfo(np.float16).max
        return Neighbours(
            self.starts, self.product, np.clip(weight, -most, most).astype(np.float16)
        )

    def scores(self, interactions: csr_matrix, question: str) -> NDArray[np.float32]:
        """Customers x products, dense; -inf where no product of the customer has a say.

        REPEAT: of what the customer bought, that is neither for nor against it.
        """
        found = interactions @ self.matrix()
        scores = np.full(found.shape, -np.inf, dtype=np.float32)
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        scores[rows, found.indices] = found.data
        if question == REPEAT:
            rows = np.repeat(np.arange(found.shape[0]), np.diff(interactions.indptr))
            bought = scores[rows, interactions.indices]
            scores[rows, interactions.indices] = np.where(np.isneginf(bought), 0, bought)
        return scores

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        return {"starts": self.starts, "product": self.product, "weight": self.weight}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        starts = arrays["starts"].astype(np.int64, casting="safe")
        product = arrays["product"].astype(np.int32, casting="safe")
        weight = arrays["weight"].astype(np.float16, casting="safe")
        if (
            starts.ndim != 1
            or product.ndim != 1
            or product.shape != weight.shape
            or len(starts) < 1
            or starts[0] != 0
            or starts[-1] != len(product)
            or (np.diff(starts) < 0).any()
            or (product < 0).any()
            or (product >= len(starts) - 1).any()
            or not np.isfinite(weight).all()
        ):
            raise ValueError("The neighbours of the products do not fit together.")
        return cls(starts, product, weight)


def pieces(number: int) -> Iterator[slice]:
    """Slices of the products so that a piece, all products wide, has at most CELLS."""
    step = max(CELLS // max(number, 1), 1)
    for start in range(0, number, step):
        yield slice(start, min(start + step, number))


def strongest(
    number: int, most: int, columns: Callable[[slice], NDArray[np.float32]]
) -> Neighbours:
    """Keep of each column the ``most`` weights that are furthest from 0.

    ``columns`` gives a piece: one row per column of the slice, products wide.
    """
    starts = np.zeros(number + 1, dtype=np.int64)
    sources, targets, weights = [], [], []
    for columns_of in pieces(number):
        piece = columns(columns_of)
        kept = np.minimum(most, piece.shape[1])
        size = np.abs(piece)
        chosen = np.argpartition(-size, kept - 1, axis=1)[:, :kept]
        values = np.take_along_axis(piece, chosen, axis=1).astype(np.float16)
        row, place = np.nonzero(values)
        sources.append(chosen[row, place].astype(np.int32))
        targets.append((row + columns_of.start).astype(np.int32))
        weights.append(values[row, place])
    if not sources:
        return Neighbours(starts, np.empty(0, np.int32), np.empty(0, np.float16))
    source, target = np.concatenate(sources), np.concatenate(targets)
    weight = np.concatenate(weights)
    order = np.lexsort((target, source))
    np.cumsum(np.bincount(source, minlength=number), out=starts[1:])
    return Neighbours(starts, target[order], weight[order])
