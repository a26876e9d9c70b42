"""How much a recommendation rests on: its data score, 0-100 (docs/crm-recommendations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from crm.models import CustomerProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from crm.recommendations.algorithms.base import Block

# Points at most of each part: 100 together.
CUSTOMER, HISTORY, RECENCY, PRODUCTS = 30, 30, 20, 20
# So many days with purchases are enough; the last one is old news after so many days.
ENOUGH_PURCHASES = 6
OLD_DAYS = 730

# Of four facts, how many are known: family, price, what it is like, whether there is any left.
_KNOWN = """
SELECT p.id, (
    (p.category <> '' OR COALESCE(p.attributes ->> 'colour', '') <> '')::int
    + (p.list_price IS NOT NULL)::int
    + (p.attributes <> '{}'::jsonb OR p.description <> '')::int
    + EXISTS (SELECT FROM crm_stocklevel s WHERE s.product_id = p.id)::int
) / 4.0::float8
FROM crm_product p WHERE p.id = ANY(%s)
"""


def of(customer_ids: Sequence[int], found: Block) -> dict[int, tuple[int, dict[str, int]]]:
    """The score of each customer and its parts: ``customer``, ``history``, ``recency``,
    ``products``; two queries.

    ``found`` is their purchases, with our ids as keys; a customer who bought nothing has at most
    the points of ``customer``.
    """  # noqa: D205 - the parts belong to one sentence
    import numpy as np  # noqa: PLC0415 - slow import

    bought = found.purchases
    rows = len(bought.customers)
    row_of = {int(key): row for row, key in enumerate(bought.customers.tolist())}
    known = _known(bought.products, np.unique(bought.product))
    # Each customer's days, and products, once.
    days = np.unique(np.stack([bought.customer, bought.day]), axis=1)
    goods = np.unique(np.stack([bought.customer, bought.product]), axis=1)
    times = np.bincount(days[0], minlength=rows)
    last = np.full(rows, found.as_of - OLD_DAYS)
    np.maximum.at(last, days[0], days[1])
    kinds = np.bincount(goods[0], minlength=rows)
    told = np.bincount(goods[0], weights=known[goods[1]], minlength=rows)
    history = HISTORY * np.minimum(1, times / ENOUGH_PURCHASES)
    recency = RECENCY * (1 - np.clip(found.as_of - last, 0, OLD_DAYS) / OLD_DAYS)
    products = PRODUCTS * told / np.maximum(kinds, 1)
    profiles = CustomerProfile.objects.filter(pk__in=customer_ids)
    scores = dict(profiles.values_list("pk", "quality"))
    answer = {}
    for customer_id in customer_ids:
        row = row_of.get(customer_id)
        parts = {"customer": round(CUSTOMER * (scores.get(customer_id) or 0) / 100)}
        for name, points in (("history", history), ("recency", recency), ("products", products)):
            parts[name] = 0 if row is None else round(float(points[row]))
        answer[customer_id] = sum(parts.values()), parts
    return answer


def _known(keys: NDArray[np.generic], positions: NDArray[np.int32]) -> NDArray[np.float64]:
    """By position, the share of facts known of the product."""
    import numpy as np  # noqa: PLC0415 - slow import

    known = np.zeros(len(keys))
    if not len(positions):
        return known
    place_of = {int(keys[position]): int(position) for position in positions}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(place_of)])
        for key, share in cursor:
            known[place_of[key]] = share
    return known
