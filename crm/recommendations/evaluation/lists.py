"""What each algorithm would have proposed to the customers measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crm.recommendations.algorithms.base import NEW, REPEAT
from crm.recommendations.engine import ranking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from crm.recommendations.engine.learning import Learnt
    from crm.recommendations.evaluation.splits import HeldOut

QUESTIONS = (REPEAT, NEW)
# Scores of a block: 16 MB for each array that an algorithm makes.
_BLOCK_CELLS = 4_000_000
_BLOCK_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Lists:
    """Customers x k: the products (-1 behind the end), their scores (NaN), and whether bought."""

    product: NDArray[np.int32]
    score: NDArray[np.float32]
    hit: NDArray[np.bool_]
    # Not one of the products is the algorithm's own proposal: it knows nothing of any of them.
    is_mute: bool = False

    def where(self, rows: NDArray[np.int64]) -> Lists:
        """These customers' lists."""
        return replace(self, product=self.product[rows], score=self.score[rows], hit=self.hit[rows])


def propose(held: HeldOut, learnt: Learnt, k: int) -> Mapping[tuple[str, str], Lists]:
    """The lists by (question, algorithm), the customers in the order of ``held.rows``."""
    asked = [
        (question, name)
        for question in QUESTIONS
        for name, algorithm in learnt.algorithms.items()
        if question in algorithm.questions
    ]
    number = len(held.rows)
    found = {
        pair: Lists(
            np.full((number, k), -1, np.int32),
            np.full((number, k), np.nan, np.float32),
            np.zeros((number, k), np.bool_),
        )
        for pair in asked
    }
    products = len(held.lessons.purchases.products)
    targets = {question: held.of_question(repeat=question == REPEAT) for question in QUESTIONS}
    size = max(1, min(_BLOCK_ROWS, _BLOCK_CELLS // max(1, products)))
    spoke: set[tuple[str, str]] = set()
    for start in range(0, number, size):
        rows = held.rows[start : start + size]
        block = held.block(rows, held.asked[start : start + size])
        for question, name in asked:
            if (question, name) not in spoke:
                own = learnt.own_scores(name, block, question)
                spoke.update({(question, name)} if np.isfinite(own).any() else ())
            ranked = ranking.rank(learnt.scores(block, question, name), k)
            lists = found[question, name]
            lists.product[start : start + size] = ranked.product
            lists.score[start : start + size] = ranked.score
            lists.hit[start : start + size] = _bought(
                targets[question], rows, ranked.product, products
            )
    return {pair: replace(lists, is_mute=pair not in spoke) for pair, lists in found.items()}


def sizes(held: HeldOut, question: str) -> NDArray[np.int64]:
    """How many products of the question each customer bought then, in the order of the rows."""
    targets = held.of_question(repeat=question == REPEAT)
    products = len(held.lessons.purchases.products)
    edges = held.rows * products
    return np.searchsorted(targets, edges + products) - np.searchsorted(targets, edges)


def _bought(
    targets: NDArray[np.int64],
    rows: NDArray[np.int64],
    product: NDArray[np.int32],
    products: int,
) -> NDArray[np.bool_]:
    if not len(targets):
        return np.zeros(product.shape, dtype=np.bool_)
    pairs = rows[:, None] * products + product
    place = np.minimum(np.searchsorted(targets, pairs), len(targets) - 1)
    hit: NDArray[np.bool_] = (targets[place] == pairs) & (product >= 0)
    return hit
