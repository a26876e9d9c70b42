"""Purchases as columns: what every algorithm and every measurement works on. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def _none() -> NDArray[np.int32]:
    return np.empty((2, 0), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Purchases:
    """Lines of goods bought (returns taken off, or left out), sorted by customer, then day.

    ``customer`` and ``product`` are positions in ``customers`` and ``products``, which hold the
    keys: our ids, or whatever a file calls them. A product of the catalogue that nobody bought is
    in ``products`` too; so is a customer without a line in ``customers``.
    """

    customers: NDArray[np.generic]
    products: NDArray[np.generic]
    customer: NDArray[np.int32]
    product: NDArray[np.int32]
    # Days since 1970-01-01.
    day: NDArray[np.int32]
    # Above 0.
    quantity: NDArray[np.float32]
    # Two rows, customer and product, sorted: all that was bought was sent back. No purchase, but
    # nothing new to the customer either. Known of a history only, not of what is learnt from.
    sent_back: NDArray[np.int32] = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each customer's lines begin, and the end: customers + 1 positions."""
        edges = np.arange(len(self.customers) + 1)
        return np.searchsorted(self.customer, edges)

    def until(self, day: int) -> Purchases:
        """Those before ``day``; keys and positions stay."""
        return self.where(self.day < day)

    def where(self, mask: NDArray[np.bool_]) -> Purchases:
        """The lines of the mask; keys and positions stay."""
        return Purchases(
            self.customers,
            self.products,
            self.customer[mask],
            self.product[mask],
            self.day[mask],
            self.quantity[mask],
        )

    def of(self, rows: NDArray[np.int64] | Sequence[int]) -> Purchases:
        """These customers' lines, in this order; ``customer`` counts from 0 among them.

        A block for :meth:`Algorithm.scores`; products keep their positions.
        """
        rows = np.asarray(rows, dtype=np.int64)
        customer, lines = _lines_of(rows, self.starts)
        edges = np.searchsorted(self.sent_back[0], np.arange(len(self.customers) + 1))
        owner, gone = _lines_of(rows, edges)
        return Purchases(
            self.customers[rows],
            self.products,
            customer,
            self.product[lines],
            self.day[lines],
            self.quantity[lines],
            np.stack([owner, self.sent_back[1, gone]]),
        )


def _lines_of(
    rows: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Of the lines of these rows, the place of the row and where the line stands."""
    sizes = starts[rows + 1] - starts[rows]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    row = np.repeat(np.arange(len(rows), dtype=np.int32), sizes)
    return row, np.repeat(starts[rows], sizes) + within


def from_columns(  # noqa: PLR0913 - the columns
    customers: Sequence[object] | NDArray[np.generic],
    products: Sequence[object] | NDArray[np.generic],
    days: NDArray[np.int32],
    quantities: NDArray[np.float32],
    *,
    all_customers: Sequence[object] | NDArray[np.generic] = (),
    all_products: Sequence[object] | NDArray[np.generic] = (),
) -> Purchases:
    """Purchases of lines in any order. Keys sort; ``all_...`` are there even without a line."""
    customer_keys, customer = _positions(customers, all_customers)
    product_keys, product = _positions(products, all_products)
    order = np.lexsort((product, days, customer))
    return Purchases(
        customer_keys,
        product_keys,
        customer[order],
        product[order],
        np.asarray(days, dtype=np.int32)[order],
        np.asarray(quantities, dtype=np.float32)[order],
    )


def _positions(
    keys: Sequence[object] | NDArray[np.generic], known: Sequence[object] | NDArray[np.generic]
) -> tuple[NDArray[np.generic], NDArray[np.int32]]:
    """All keys once, sorted, and where each of ``keys`` stands among them."""
    given = np.asarray(keys)
    everything = np.concatenate([given, np.asarray(known)]) if len(known) else given
    found, positions = np.unique(everything, return_inverse=True)
    return found, positions[: len(given)].astype(np.int32)
