"""Choosing among a few settings by what customers bought next, inside the lessons.

The first setting is the usual one; another takes its place only where it ranks the rehearsed
purchases better by more than chance does. Measured on ten public sets of sales: no one setting of
the trend, the half-life or the ridge is good for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT, exclude
from crm.recommendations.algorithms.rehearsal import is_better, rehearse, smaller
from crm.recommendations.engine.ranking import rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Block, Lessons
    from crm.recommendations.algorithms.rehearsal import Rehearsal

# Customers, lines and products that are enough to choose on, and the fewest customers.
MOST_CUSTOMERS, MOST_LINES, MOST_PRODUCTS = 2_000, 300_000, 2_000
FEWEST = 30
_K = 10

Setting = TypeVar("Setting")


class Trial:
    """Purchases that are known of some customers, and a score for whoever guesses them."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.lessons: Lessons = rehearsal.lessons
        self.block: Block = rehearsal.block
        purchases = self.block.purchases
        self._number = len(purchases.products)
        bought = purchases.customer.astype(np.int64) * self._number + purchases.product
        is_again = np.isin(rehearsal.targets, bought)
        self._targets = {REPEAT: rehearsal.targets[is_again], NEW: rehearsal.targets[~is_again]}

    @classmethod
    def of(cls, lessons: Lessons) -> Self | None:
        """None where too few customers bought on two days."""
        some = smaller(lessons, lines=MOST_LINES, products=MOST_PRODUCTS)
        rehearsal = rehearse(some, MOST_CUSTOMERS)
        if rehearsal is None or len(rehearsal.rows) < FEWEST:
            return None
        return cls(rehearsal)

    def ndcg(self, scores: NDArray[np.float32], question: str) -> NDArray[np.float64]:
        """Of each customer who bought something that the question is about, in order."""
        exclude(scores, self.block, question)
        product = rank(scores, _K).product
        targets = self._targets[question]
        pairs = np.arange(len(product))[:, None] * np.int64(self._number) + product
        is_hit = np.isin(pairs, targets) & (product >= 0)
        sizes = np.bincount(targets // max(self._number, 1), minlength=len(product))
        asked = sizes > 0
        worth = 1 / np.log2(np.arange(2, _K + 2))
        best = np.r_[0.0, np.cumsum(worth)][np.minimum(sizes[asked], _K)]
        found: NDArray[np.float64] = (is_hit[asked] @ worth) / best
        return found


def surely_best(
    settings: Iterable[Setting], measure: Callable[[Setting], NDArray[np.float64]]
) -> Setting:
    """The first one, unless others are better for more customers than chance would have it."""
    first, *others = settings
    best, reached = first, measure(first)
    if len(reached) < FEWEST:
        return first
    for other in others:
        found = measure(other)
        if is_better(found, reached):
            best, reached = other, found
    return best
