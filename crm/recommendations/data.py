"""From the database into columns: purchases, catalogue, and what must not be proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from crm.models import RecommendationRules
    from crm.recommendations.algorithms.base import Block, Lessons


@dataclass(frozen=True, slots=True)
class Permitted:
    """Business rules for the customers of one block."""

    # Products, for everybody: active, in stock (or stock unknown).
    available: NDArray[np.bool_]
    # Customers x products, by question: what these may be proposed, ``available`` included.
    repeat: NDArray[np.bool_]
    new: NDArray[np.bool_]


def lessons(as_of: dt.date, *, seed: int = 0) -> Lessons:
    """All purchases before ``as_of`` and all products, streamed by COPY."""
    raise NotImplementedError


def block(customer_ids: Sequence[int], products: NDArray[np.generic], as_of: dt.date) -> Block:
    """What these customers bought, over the products of a model."""
    raise NotImplementedError


def permitted(customer_ids: Sequence[int], found: Block, rules: RecommendationRules) -> Permitted:
    """Archived products, stock, refusals, what was bought lately, price limit; few queries."""
    raise NotImplementedError


def reachable(customer_ids: Sequence[int], rules: RecommendationRules) -> set[int]:
    """Those who may be given a recommendation at all: not archived, not merged, not opted out."""
    raise NotImplementedError
