"""Goods sent back, taken off the purchases they were sent back of. Pure numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A third of a kilo bought three times and sent back at once is nothing.
_NOTHING = 1e-6


def take_off(
    customer: NDArray[np.int32],
    product: NDArray[np.int32],
    day: NDArray[np.int32],
    quantity: NDArray[np.float32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """What was kept of lines whose negative quantities are returns: one line a day and product.

    Customers and products are positions. A return takes off the latest purchases before it; what
    it has beyond them is forgotten. Sorted by customer, product, day.
    """
    products = np.int64(product.max()) + 1 if len(product) else np.int64(1)
    pair = customer * products + product
    order = np.lexsort((day, pair))
    pair, day, quantity = pair[order], day[order], quantity[order]
    del order
    begins = _begins(pair)
    begins[1:] |= day[1:] != day[:-1]
    if not begins.all():
        first = np.flatnonzero(begins)
        sums = np.add.reduceat(quantity, first, dtype=np.float64)
        sums[np.abs(sums) < _NOTHING] = 0
        pair, day, quantity = pair[first], day[first], sums.astype(np.float32)
    if (quantity < 0).any():
        _settle_all(pair, quantity)
    kept = quantity > 0
    if not kept.all():
        pair, day, quantity = pair[kept], day[kept], quantity[kept]
    bought_by, bought = np.divmod(pair, products)
    return bought_by.astype(np.int32), bought.astype(np.int32), day, quantity


def _begins(pair: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the sorted pairs differ from the line before."""
    begins = np.ones(len(pair), dtype=np.bool_)
    begins[1:] = pair[1:] != pair[:-1]
    return begins


def _settle_all(pair: NDArray[np.int64], quantity: NDArray[np.float32]) -> None:
    starts = np.flatnonzero(_begins(pair))
    ends = np.append(starts[1:], len(pair))
    sent_back = np.flatnonzero(quantity < 0)
    for place in np.unique(np.searchsorted(starts, sent_back, side="right") - 1):
        _settle(quantity[starts[place] : ends[place]])


def _settle(quantity: NDArray[np.float32]) -> None:
    """One customer's days of one product, in place."""
    bought: list[int] = []
    for place in range(len(quantity)):
        if quantity[place] >= 0:
            bought.append(place)
            continue
        back = -float(quantity[place])
        quantity[place] = 0
        while back > 0 and bought:
            last = bought[-1]
            taken = min(back, float(quantity[last]))
            quantity[last] -= taken
            back -= taken
            if quantity[last] <= 0:
                bought.pop()
