"""Goods sent back, taken off the purchases they were sent back of. Pure numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Column = Any


def take_off(
    customer: Column, product: Column, day: Column, quantity: NDArray[np.float32]
) -> tuple[Column, Column, Column, NDArray[np.float32]]:
    """What was kept of lines whose negative quantities are returns: one line a day and product.

    A return takes off the latest purchases before it, and what it has beyond them is forgotten.
    Sorted by customer, product, day; keys of any kind that sorts.
    """
    customer, product, day, quantity = _by_day(customer, product, day, quantity)
    if (quantity < 0).any():
        begins = _begins(customer, product)
        group = np.cumsum(begins) - 1
        starts = np.append(np.flatnonzero(begins), len(quantity))
        for number in np.unique(group[quantity < 0]):
            _settle(quantity[starts[number] : starts[number + 1]])
    kept = quantity > 0
    return customer[kept], product[kept], day[kept], quantity[kept]


def _by_day(
    customer: Column, product: Column, day: Column, quantity: NDArray[np.float32]
) -> tuple[Column, Column, Column, NDArray[np.float32]]:
    order = np.lexsort((day, product, customer))
    customer, product, day = customer[order], product[order], day[order]
    begins = _begins(customer, product, day)
    first = np.flatnonzero(begins)
    if not len(first):
        return customer, product, day, quantity
    sums = np.add.reduceat(quantity[order].astype(np.float64), first)
    # A third of a kilo three times, sent back at once, is nothing.
    sums[np.abs(sums) < 1e-6] = 0  # noqa: PLR2004 - below what a quantity holds
    return customer[first], product[first], day[first], sums.astype(np.float32)


def _begins(*columns: Column) -> NDArray[np.bool_]:
    """Where the sorted columns differ from the line before."""
    begins = np.ones(len(columns[0]), dtype=bool)
    if len(begins):
        begins[1:] = False
        for column in columns:
            begins[1:] |= column[1:] != column[:-1]
    return begins


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
