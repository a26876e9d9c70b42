"""All the others together: what several of them put high comes first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Algorithm, Block, Lessons

# What each counts where too little was bought to learn it.
FIXED: dict[str, dict[str, float]] = {
    REPEAT: {"own_frequency": 3.0, "ease": 1.0, "collaborative": 0.5, "popularity": 0.5},
    NEW: {"ease": 2.0, "collaborative": 1.0, "popularity": 1.0, "content": 0.5},
}
# Of reciprocal rank fusion: how little the first places stand out.
SMOOTH = 20.0


@dataclass(frozen=True, slots=True)
class Hybrid:
    """Rank fusion of the other algorithms; ``others`` are handed over, never kept in arrays.

    Learn with ``Hybrid.fit(lessons, others)`` after the others; after ``load`` give them by
    ``over(others)``.
    """

    name: ClassVar[str] = "hybrid"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    others: Mapping[str, Algorithm] = field(default_factory=dict)

    @classmethod
    def fit(cls, lessons: Lessons, others: Mapping[str, Algorithm] | None = None) -> Self:  # noqa: ARG003 - nothing to learn yet
        return cls(others or {})

    def over(self, others: Mapping[str, Algorithm]) -> Self:
        """The same over these fitted algorithms."""
        return replace(self, others={k: v for k, v in others.items() if k != self.name})

    def scores(
        self, block: Block, question: str, weights: Mapping[str, float] | None = None
    ) -> NDArray[np.float32]:
        """``weights``: by algorithm, times what it counts (feedback); 1 where it is absent."""
        purchases = block.purchases
        shape = (len(purchases.customers), len(purchases.products))
        found = np.zeros(shape, dtype=np.float32)
        for name, share in FIXED[question].items():
            other = self.others.get(name)
            if other is not None and question in other.questions:
                part = share * (weights or {}).get(name, 1.0)
                found += part * reciprocal_ranks(other.scores(block, question))
        found[found == 0] = -np.inf
        return found

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        return {}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:  # noqa: ARG003
        return cls()


def reciprocal_ranks(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 / (rank + SMOOTH) in each row, 0 where there is no score; equals by position."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(scores.shape[1])[None, :], axis=1)
    found: NDArray[np.float32] = (1 / (ranks + 1 + SMOOTH)).astype(np.float32)
    found[np.isneginf(scores)] = 0
    return found
