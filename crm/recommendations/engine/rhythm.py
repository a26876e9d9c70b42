"""How often and how regularly a customer bought each product. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crm.recommendations.engine.purchases import Purchases

# From so many purchases on there is a rhythm.
REGULAR = 3
# And from so many intervals of all customers on a product has one.
KNOWN = 10
# After so many usual intervals nobody waits for a purchase any more.
GIVEN_UP = 4


@dataclass(frozen=True, slots=True)
class Pairs:
    """One row per customer and product bought, sorted by customer, then product.

    A day counts once, however many lines it has.
    """

    # Positions.
    customer: NDArray[np.int32]
    product: NDArray[np.int32]
    # Days on which it was bought.
    times: NDArray[np.int32]
    # Days since 1970-01-01.
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    # Median days from one purchase to the next, to the whole day; 0 below REGULAR purchases.
    every: NDArray[np.int32]


def pairs(purchases: Purchases) -> Pairs:
    """Of all lines."""
    number = max(len(purchases.products), 1)
    key = purchases.customer.astype(np.int64) * number + purchases.product
    order = np.lexsort((purchases.day, key))
    key, day = key[order], purchases.day[order]
    kept = np.ones(len(key), dtype=np.bool_)
    kept[1:] = (key[1:] != key[:-1]) | (day[1:] != day[:-1])
    key, day = key[kept], day[kept]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, np.int64)
    times = np.diff(np.r_[starts, len(key)])
    return Pairs(
        customer=(key[starts] // number).astype(np.int32),
        product=(key[starts] % number).astype(np.int32),
        times=times.astype(np.int32),
        first=day[starts],
        last=day[starts + times - 1],
        every=_medians(day, starts, times),
    )


def due(known: Pairs, as_of: int) -> NDArray[np.bool_]:
    """Of each pair, whether its interval is over, and not so long ago that nobody waits."""
    past = as_of - known.last
    found: NDArray[np.bool_] = (
        (known.every > 0) & (past >= known.every) & (past <= GIVEN_UP * known.every)
    )
    return found


def usual(purchases: Purchases) -> NDArray[np.int32]:
    """Of each product the median days between two purchases of one customer; 0 where unknown."""
    number = len(purchases.products)
    key = purchases.customer.astype(np.int64) * max(number, 1) + purchases.product
    order = np.lexsort((purchases.day, key))
    key, gaps = key[order], np.diff(purchases.day[order], append=0)
    inner = np.zeros(len(key), dtype=np.bool_)
    inner[:-1] = key[:-1] == key[1:]
    inner &= gaps > 0
    product, gaps = key[inner] % max(number, 1), gaps[inner]
    gaps = gaps[np.lexsort((gaps, product))]
    sizes = np.bincount(product, minlength=number)
    found = np.zeros(number, dtype=np.int32)
    known = np.flatnonzero(sizes >= KNOWN)
    begins = np.cumsum(sizes) - sizes
    found[known] = _middle(gaps, begins[known], sizes[known])
    return found


def _middle(
    gaps: NDArray[np.int32], begins: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.int32]:
    """The medians of sorted stretches; half a day rounds up."""
    low, high = gaps[begins + (sizes - 1) // 2], gaps[begins + sizes // 2]
    found: NDArray[np.int32] = ((low + high + 1) // 2).astype(np.int32)
    return found


def _medians(
    day: NDArray[np.int32], starts: NDArray[np.int64], times: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Of the gaps within each pair."""
    found = np.zeros(len(starts), dtype=np.int32)
    regular = np.flatnonzero(times >= REGULAR)
    if not len(regular):
        return found
    gaps = np.diff(day, append=day[-1:])
    pair = np.repeat(np.arange(len(starts)), times)
    # The gap after a pair's last purchase is another pair's: not counted.
    inner = np.ones(len(day), dtype=np.bool_)
    inner[starts + times - 1] = False
    inner &= times[pair] >= REGULAR
    gaps, pair = gaps[inner], pair[inner]
    gaps = gaps[np.lexsort((gaps, pair))]
    sizes = times[regular] - 1
    begins = np.cumsum(sizes) - sizes
    found[regular] = _middle(gaps, begins, sizes)
    return found
