"""What a recommendation came from, as one short text: equal means there is nothing to make anew.

Nothing of it is a time at which a row was written: what an undo, a merge or a deletion takes away
is seen as well.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from crm.models import RecommendationFeedback, RefusedProduct
from crm.recommendations.data import resting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from crm.models import RecommendationRules
    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.purchases import Purchases
    from crm.recommendations.shelf import Shelf

# Another number makes everything anew: when what goes in, or what comes out, is not as it was.
VERSION = 2


def of(  # noqa: PLR0913 - what goes in
    bought: Purchases,
    as_of: int,
    goods: Shelf,
    rules: RecommendationRules,
    *,
    top: int,
    watched: Mapping[int, Collection[int]],
) -> dict[int, str]:
    """By customer of ``bought``; ``watched``: by customer, products besides those they bought."""
    customer_ids = [int(key) for key in bought.customers]
    refused, rated = _refused(customer_ids), _rated(customer_ids)
    rest_of = defaultdict(list)
    for row, product in zip(*resting(bought, as_of, rules.bought_within_days), strict=True):
        rest_of[int(row)].append(int(bought.products[product]))
    sent_back = defaultdict(list)
    for row, product in zip(*bought.sent_back, strict=True):
        sent_back[int(row)].append(int(bought.products[product]))
    settings = _of_rules(rules, top)
    available = dict(zip(goods.products.tolist(), goods.is_available.tolist(), strict=True))
    starts = bought.starts
    keys = bought.products.astype("<i8")
    found = {}
    for row, customer_id in enumerate(customer_ids):
        lines = slice(starts[row], starts[row + 1])
        products = keys[bought.product[lines]]
        seen = sorted({*np.unique(products).tolist(), *watched.get(customer_id, ())})
        digest = hashlib.blake2b(settings, digest_size=16)
        digest.update(products.tobytes())
        digest.update(bought.day[lines].astype("<i4").tobytes())
        digest.update(bought.quantity[lines].astype("<f4").tobytes())
        gone = [key for key in seen if not available.get(key, False)]
        parts = (
            refused[customer_id],
            rated[customer_id],
            sorted(rest_of[row]),
            sent_back[row],
            gone,
        )
        digest.update(repr(parts).encode())
        found[customer_id] = digest.hexdigest()
    return found


def of_lessons(lessons: Lessons) -> str:
    """Of all that is learnt from; not of the day."""
    bought, catalogue = lessons.purchases, lessons.catalogue
    digest = hashlib.sha256(repr((VERSION, lessons.seed)).encode())
    columns = (
        bought.customers,
        bought.products,
        bought.customer,
        bought.product,
        bought.day,
        bought.quantity,
        catalogue.family,
        catalogue.price,
        lessons.segment,
    )
    for column in columns:
        digest.update(np.ascontiguousarray(column).tobytes())
    digest.update(repr(catalogue.names).encode())
    for kind in sorted(catalogue.words):
        digest.update(repr((kind, catalogue.words[kind])).encode())
    return digest.hexdigest()


def _of_rules(rules: RecommendationRules, top: int) -> bytes:
    factor = None if rules.price_factor is None else float(rules.price_factor)
    told = (VERSION, top, rules.bought_within_days, factor, rules.families)
    return repr(told).encode()


def _refused(customer_ids: Sequence[int]) -> dict[int, list[int]]:
    rows = RefusedProduct.objects.filter(customer__in=customer_ids).order_by("product_id")
    found: dict[int, list[int]] = defaultdict(list)
    for customer, product in rows.values_list("customer_id", "product_id"):
        found[customer].append(product)
    return found


def _rated(customer_ids: Sequence[int]) -> dict[int, list[tuple[int, int | None, int | None]]]:
    rows = RecommendationFeedback.objects.filter(
        recommendation__customer__in=customer_ids, rating__isnull=False
    ).order_by("pk")
    found: dict[int, list[tuple[int, int | None, int | None]]] = defaultdict(list)
    columns = ("recommendation__customer", "recommendation", "product", "rating")
    for customer, *rated in rows.values_list(*columns):
        found[customer].append(tuple(rated))
    return found
