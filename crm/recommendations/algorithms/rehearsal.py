"""The day before yesterday: purchases taken away from what is learnt, to tune on them.

Nothing here sees what an evaluation holds out: it works inside the lessons it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crm.recommendations.algorithms.base import Block, Lessons
from crm.recommendations.engine.catalogue import Catalogue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.engine.purchases import Purchases


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Some customers asked about on a day before their last purchase, and what they then bought.

    ``rows`` are their positions in the purchases, ``block`` their history, moved so that everybody
    is asked on ``block.as_of``. ``targets``: the pairs row of the block * products + product,
    sorted, each once.
    """

    lessons: Lessons
    rows: NDArray[np.int64]
    block: Block
    targets: NDArray[np.int64]

    def is_target(
        self, customer: NDArray[np.integer], product: NDArray[np.integer]
    ) -> NDArray[np.bool_]:
        """Of pairs of the block's customers and products, which were bought then."""
        number = len(self.lessons.purchases.products)
        return np.isin(customer.astype(np.int64) * number + product, self.targets)


def rehearse(lessons: Lessons, most: int) -> Rehearsal | None:
    """Take the last day of up to ``most`` customers away; None where nobody has two days.

    Half of them are asked on that very day, half on any day since the one before: at night nobody
    knows when the next purchase will be.
    """
    purchases = lessons.purchases
    starts = purchases.starts
    some = np.flatnonzero(starts[1:] > starts[:-1])
    last = np.full(len(purchases.customers), -1, dtype=np.int32)
    last[some] = purchases.day[starts[some + 1] - 1]
    is_last = purchases.day == last[purchases.customer]
    before = np.full(len(purchases.customers), -1, dtype=np.int32)
    np.maximum.at(before, purchases.customer[~is_last], purchases.day[~is_last])
    rows = np.flatnonzero(before >= 0)
    if not len(rows):
        return None
    generator = np.random.default_rng(lessons.seed)
    if len(rows) > most:
        rows = np.sort(generator.choice(rows, most, replace=False))
    chosen = np.zeros(len(purchases.customers), dtype=np.bool_)
    chosen[rows] = True
    held = is_last & chosen[purchases.customer]
    asked = last[rows].copy()
    any_day = generator.random(len(rows)) < 0.5  # noqa: PLR2004 - half
    asked[any_day] = generator.integers(before[rows] + 1, last[rows] + 1)[any_day]
    inner = replace(lessons, purchases=purchases.where(~held))
    history = inner.purchases.of(rows)
    moved = (lessons.as_of - asked)[history.customer]
    block = Block(
        replace(history, day=(history.day + moved).astype(np.int32)),
        lessons.as_of,
        None if lessons.segment is None else lessons.segment[rows],
    )
    return Rehearsal(inner, rows, block, _targets(purchases.where(held), rows))


def _targets(held: Purchases, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    row = np.searchsorted(rows, held.customer)
    return np.unique(row * np.int64(len(held.products)) + held.product)


def smaller(lessons: Lessons, *, lines: int, products: int) -> Lessons:
    """Some customers and the products most bought, where there are more; else the lessons.

    Enough to learn a handful of numbers on, whatever the size of the business.
    """
    purchases = lessons.purchases
    generator = np.random.default_rng(lessons.seed)
    if len(purchases) > lines:
        order = generator.permutation(len(purchases.customers))
        sizes = np.diff(purchases.starts)[order]
        chosen = np.sort(order[np.cumsum(sizes) <= lines])
        purchases = purchases.of(chosen)
        segment = None if lessons.segment is None else lessons.segment[chosen]
        lessons = replace(lessons, purchases=purchases, segment=segment)
    if len(purchases.products) <= products:
        return lessons
    bought = np.bincount(purchases.product, minlength=len(purchases.products))
    kept = np.sort(np.argsort(-bought, kind="stable")[:products])
    place = np.full(len(bought), -1, dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    some = purchases.where(place[purchases.product] >= 0)
    some = replace(some, products=purchases.products[kept], product=place[some.product])
    return replace(lessons, purchases=some, catalogue=_of(lessons.catalogue, kept))


def _of(catalogue: Catalogue, products: NDArray[np.int64]) -> Catalogue:
    return Catalogue(
        names=[catalogue.names[product] for product in products],
        family=catalogue.family[products],
        price=catalogue.price[products],
        words={
            kind: [words[product] for product in products]
            for kind, words in catalogue.words.items()
        },
    )


def ndcg(
    customer: NDArray[np.integer],
    scores: NDArray[np.floating],
    is_hit: NDArray[np.bool_],
    k: int = 10,
) -> NDArray[np.float64]:
    """Of each customer with a hit among these pairs, in order; equal scores by position."""
    order = np.lexsort((-scores, customer))
    customer, hit = customer[order], is_hit[order]
    starts = np.flatnonzero(np.r_[True, customer[1:] != customer[:-1]])
    sizes = np.diff(np.r_[starts, len(customer)])
    group = np.repeat(np.arange(len(starts)), sizes)
    rank = np.arange(len(customer)) - starts[group]
    worth = hit * (rank < k) / np.log2(rank + 2)
    total = np.bincount(group, weights=hit)
    best = np.r_[0, np.cumsum(1 / np.log2(np.arange(2, k + 2)))]
    found = np.bincount(group, weights=worth)
    is_there = total > 0
    gained: NDArray[np.float64] = found[is_there] / best[np.minimum(total[is_there], k).astype(int)]
    return gained


def is_better(new: NDArray[np.float64], old: NDArray[np.float64], *, errors: float = 1.0) -> bool:
    """By more than chance does: the mean of the differences above so many standard errors."""
    gain = new - old
    return bool(gain.mean() > errors * gain.std() / np.sqrt(max(len(gain), 1)))
