"""Purchases as a sparse matrix, customers x products: how much each product means to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    from crm.recommendations.engine.purchases import Purchases


@dataclass(frozen=True, slots=True)
class Weighting:
    """How lines become one number per customer and product.

    ``half_life``: days after which a purchase counts half (0: for ever the same).
    ``is_repeated``: buying again counts more, by the logarithm; else once is as often.
    ``customer``: the power by which customers with many products count less, each. How much was
    bought at a time does not count: on public purchases it did harm.
    """

    half_life: float = 0.0
    is_repeated: bool = False
    customer: float = 0.0


def matrix(purchases: Purchases, as_of: int, weighting: Weighting) -> csr_matrix:
    """Float32, sorted indices, every stored value above 0."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow import

    customers, products = len(purchases.customers), len(purchases.products)
    pair = purchases.customer.astype(np.int64) * max(products, 1) + purchases.product
    # Lines of one pair stay in the order of their days.
    order = np.argsort(pair, kind="stable")
    pair, day = pair[order], purchases.day[order]
    # Lines of one day are one purchase, which the first of them carries.
    values = np.zeros(len(pair), dtype=np.float32)
    values[_changes(pair, day)] = 1
    if weighting.half_life:
        age = np.maximum(as_of - day, 0).astype(np.float32)
        values *= np.exp2(-age / np.float32(weighting.half_life))
    starts = _changes(pair)
    found = np.add.reduceat(values, starts) if len(starts) else values
    if weighting.is_repeated:
        found = np.log1p(found)
    else:
        found = found / np.add.reduceat(values > 0, starts) if len(starts) else found
    customer, product = np.divmod(pair[starts], max(products, 1))
    edges = np.searchsorted(customer, np.arange(customers + 1))
    if weighting.customer:
        found = _lessened(found, edges, weighting.customer)
    # Below float32's reach a purchase of long ago would be no purchase.
    found = np.maximum(found, 1e-6).astype(np.float32)
    return csr_matrix((found, product.astype(np.int32), edges), shape=(customers, products))


def _changes(*keys: NDArray[np.generic]) -> NDArray[np.int64]:
    """Where a value differs from the one before, the first place included."""
    number = len(keys[0])
    differs = np.zeros(number, dtype=bool)
    differs[:1] = True
    for key in keys:
        differs[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(differs)


def _lessened(
    values: NDArray[np.floating], edges: NDArray[np.int64], power: float
) -> NDArray[np.floating]:
    """Divide each customer's values by a power of their length."""
    sizes = np.diff(edges)
    row = np.repeat(np.arange(len(sizes)), sizes)
    lengths = np.sqrt(np.bincount(row, weights=values**2, minlength=len(sizes)))
    return np.asarray(values / np.maximum(lengths, 1e-6)[row] ** power)
