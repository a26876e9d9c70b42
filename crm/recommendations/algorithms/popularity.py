"""What many bought lately, in the customer's segment as far as it is large enough to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from crm.recommendations.algorithms import trend
from crm.recommendations.algorithms.base import NEW, REPEAT, Block, Lessons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

# Days after which a purchase counts half.
HALF_LIFE = 90.0
# A segment's own purchases weigh as much as everybody's when there are so many of them.
BACK_OFF = 200.0
# What is counted to be told: who bought it in so many days.
RECENT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Popularity:
    """Shares of the purchases by segment (rows) and product; the last row is everybody."""

    name: ClassVar[str] = "popularity"
    questions: ClassVar[frozenset[str]] = frozenset({REPEAT, NEW})

    shares: NDArray[np.float32]
    # Customers who bought it in RECENT_DAYS, in the same rows.
    recent: NDArray[np.int32]

    @classmethod
    def fit(cls, lessons: Lessons) -> Self:
        """Count each customer once per product and day, less the longer ago."""
        purchases = lessons.purchases
        number = len(purchases.products)
        of_customer = _rows(lessons.segment, len(purchases.customers))
        segments = int(of_customer.max(initial=-1)) + 1
        row = of_customer[purchases.customer]
        age = np.maximum(lessons.as_of - purchases.day, 0)
        weight = np.exp2(-age / HALF_LIFE)
        place = np.where(row < 0, segments, row).astype(np.int64) * number + purchases.product
        counts = np.bincount(place, weights=weight, minlength=(segments + 1) * number)
        counts = counts.reshape(segments + 1, number)
        counts[-1] = counts.sum(axis=0)
        everybody = counts[-1] / max(counts[-1].sum(), 1e-9)
        sizes = counts.sum(axis=1, keepdims=True)
        shares = (counts + BACK_OFF * everybody) / (sizes + BACK_OFF)
        shares[-1] = everybody
        shares *= trend.of(purchases, lessons.as_of)
        return cls(shares.astype(np.float32), _recent(lessons, of_customer, segments))

    def scores(self, block: Block, question: str) -> NDArray[np.float32]:  # noqa: ARG002 - the same for both
        """The shares of each customer's segment; -inf for what nobody bought."""
        row = _rows(block.segment, len(block.purchases.customers))
        row = np.where((row < 0) | (row >= len(self.shares) - 1), len(self.shares) - 1, row)
        table = np.where(self.shares > 0, self.shares, -np.inf).astype(np.float32)
        return table[row]

    @property
    def products(self) -> int:
        """So many it knows."""
        return int(self.shares.shape[1])

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What :meth:`load` reads."""
        return {"shares": self.shares, "recent": self.recent}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Raises ValueError where the arrays do not fit together."""
        shares = arrays["shares"].astype(np.float32, casting="safe")
        recent = arrays["recent"].astype(np.int32, casting="safe")
        is_whole = shares.ndim == 2 and len(shares) and shares.shape == recent.shape  # noqa: PLR2004 - a table
        if not is_whole or not np.isfinite(shares).all() or (recent < 0).any():
            raise ValueError("The counts of the purchases do not fit together.")
        return cls(shares, recent)


def _rows(segment: NDArray[np.int32] | None, number: int) -> NDArray[np.int32]:
    return np.full(number, -1, dtype=np.int32) if segment is None else segment


def _recent(lessons: Lessons, of_customer: NDArray[np.int32], segments: int) -> NDArray[np.int32]:
    """Customers of each segment, and of all, who bought each product lately."""
    purchases = lessons.purchases
    number = len(purchases.products)
    late = purchases.day >= lessons.as_of - RECENT_DAYS
    pairs = np.unique(
        purchases.customer[late].astype(np.int64) * max(number, 1) + purchases.product[late]
    )
    customer, product = np.divmod(pairs, max(number, 1))
    counts = np.zeros((segments + 1, number), dtype=np.int32)
    counts[-1] = np.bincount(product, minlength=number)
    row = of_customer[customer]
    known = row >= 0
    np.add.at(counts, (row[known], product[known]), 1)
    return counts
