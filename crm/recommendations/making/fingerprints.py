"""What a recommendation came from, as one short text: equal means there is nothing to make anew.

Nothing of it is a time at which a row was written: what an undo, a merge or a deletion takes away
is seen as well.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from crm.models import CustomerProfile, RecommendationFeedback, RefusedProduct
from crm.recommendations.engine import rhythm
from crm.recommendations.making.data import resting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from crm.models import RecommendationRules
    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.engine.purchases import Purchases
    from crm.recommendations.making.shelf import Shelf

# Another number makes everything anew: when what goes in, or what comes out, is not as it was.
VERSION = 3
# Among the products that are watched, stands for all of the catalogue.
EVERYTHING = 0


def of(  # noqa: PLR0913 - what goes in
    bought: Purchases,
    as_of: int,
    goods: Shelf,
    rules: RecommendationRules,
    *,
    top: int,
    watched: Mapping[int, Collection[int]],
) -> dict[int, str]:
    """By customer of ``bought``; ``watched``: by customer, products besides those they bought.

    Of the products bought it matters which can be had, which rest and which are due; of the
    watched ones what they cost, too.
    """
    customer_ids = [int(key) for key in bought.customers]
    refused, rated = _refused(customer_ids), _rated(customer_ids)
    profiles = _profiles(customer_ids)
    rests = _by_row(bought, *resting(bought, as_of, rules.bought_within_days))
    sent_back = _by_row(bought, *bought.sent_back)
    known = rhythm.pairs(bought)
    is_due = rhythm.due(known, as_of)
    due = _by_row(bought, known.customer[is_due], known.product[is_due])
    settings = _of_rules(rules, top)
    products = _Products(goods)
    starts = bought.starts
    keys = bought.products.astype("<i8")
    found = {}
    for row, customer_id in enumerate(customer_ids):
        lines = slice(starts[row], starts[row + 1])
        mine = keys[bought.product[lines]]
        digest = hashlib.blake2b(settings, digest_size=16)
        digest.update(mine.tobytes())
        digest.update(bought.day[lines].astype("<i4").tobytes())
        digest.update(bought.quantity[lines].astype("<f4").tobytes())
        parts = (
            refused[customer_id],
            rated[customer_id],
            profiles.get(customer_id),
            rests[row],
            due[row],
            sent_back[row],
            products.gone(np.unique(mine).tolist()),
            products.told(watched.get(customer_id, ())),
        )
        digest.update(repr(parts).encode())
        found[customer_id] = digest.hexdigest()
    return found


class _Products:
    """What may change about products without anybody buying them."""

    def __init__(self, goods: Shelf) -> None:
        states = zip(
            goods.is_available.tolist(), goods.list_price, goods.bottle_price.tolist(), strict=True
        )
        self._of = dict(zip(goods.products.tolist(), states, strict=True))

    def gone(self, keys: Sequence[int]) -> list[int]:
        """Those that cannot be had."""
        return [key for key in keys if not self._of.get(key, (False,))[0]]

    def told(self, keys: Collection[int]) -> object:
        """Whether these can be had, and their prices."""
        if EVERYTHING in keys:
            return self._everything
        return [(key, *self._of.get(key, ())) for key in sorted(keys)]

    @cached_property
    def _everything(self) -> str:
        return hashlib.sha256(repr(self._of).encode()).hexdigest()


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


def _by_row(
    bought: Purchases, rows: NDArray[np.int32], products: NDArray[np.int32]
) -> dict[int, list[int]]:
    """Keys of products by the position of their customer."""
    found: dict[int, list[int]] = defaultdict(list)
    for row, product in zip(rows.tolist(), bought.products[products].tolist(), strict=True):
        found[row].append(product)
    return found


def _profiles(customer_ids: Sequence[int]) -> dict[int, tuple[object, ...]]:
    """Segment, data score and what the customer usually pays."""
    rows = CustomerProfile.objects.filter(pk__in=customer_ids)
    columns = ("pk", "segment", "quality", "currency", "preferences")
    return {key: (*told, liked.get("budget")) for key, *told, liked in rows.values_list(*columns)}


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
