"""What the customer buys again: their own purchases, the recent ones counting more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms.base import REPEAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Block, Lessons


@dataclass(frozen=True, slots=True)
class OwnFrequency:
    """How often the customer bought the product, on how many days; a purchase halves in weight."""

    name: ClassVar[str] = "own_frequency"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT})

    # Days.
    half_life: float = 180.0

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:  # noqa: ARG003 - nothing to learn yet
        return cls()

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002
        purchases = block.purchases
        shape = (len(purchases.customers), len(purchases.products))
        found = np.zeros(shape, dtype=np.float32)
        age = block.as_of - purchases.day
        weight = np.exp2(-age / self.half_life).astype(np.float32)
        np.add.at(found, (purchases.customer, purchases.product), weight)
        found[found == 0] = -np.inf
        return found

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        return {"half_life": np.asarray(self.half_life, dtype=np.float32)}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        return cls(float(arrays["half_life"]))
