"""The products as they are now: what is to be had, what it costs, what it is like."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import connection

from crm.models import CustomerProfile
from crm.names import search_name
from crm.recommendations.engine.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crm.models import RecommendationRules

# Kinds of words, by the attribute that holds them; a list or one text.
KINDS = {
    "grapes": "grape_varieties",
    "aromas": "aromas",
    "colour": "colour",
    "region": "region",
    "appellation": "appellation",
    "body": "body",
    "tannins": "tannins",
    "sugar": "sugar",
}
_SHORTEST_WORD = 4
_LONGEST_TEXT = 2000

_PRODUCTS = """
SELECT p.id, p.is_active AND COALESCE(stock.is_there, TRUE),
    COALESCE(NULLIF(p.category, ''), p.attributes ->> 'colour', ''),
    p.list_price, COALESCE(NULLIF(p.bottles, 0), 1), COALESCE(NULLIF(p.currency, ''), %s)
    {words}
FROM crm_product p
LEFT JOIN (
    SELECT product_id, bool_or(available > 0) AS is_there FROM crm_stocklevel GROUP BY product_id
) stock ON stock.product_id = p.id
ORDER BY p.id
"""
_AVAILABLE = """
SELECT id FROM crm_product p WHERE is_active AND COALESCE((
    SELECT bool_or(available > 0) FROM crm_stocklevel WHERE product_id = p.id
), TRUE)
"""
_WORDS = ", p.name, p.price_segment, p.category, p.attributes, p.description"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One row per product of ours, by id."""

    products: NDArray[np.int64]
    is_available: NDArray[np.bool_]
    # Positions among the families' names; -1: unknown.
    family: NDArray[np.int32]
    # The list price as it is told, and of one bottle (of a unit, where there are no bottles).
    list_price: Sequence[Any]
    bottle_price: NDArray[np.float32]
    currency: NDArray[np.str_]
    names: Sequence[str] = ()
    words: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)

    def places(self, products: NDArray[np.generic]) -> NDArray[np.int64]:
        """Where these products stand here; -1 where they do not any more."""
        place = np.searchsorted(self.products, products)
        place[place == len(self.products)] = 0
        if not len(self.products):
            return np.full(len(products), -1, dtype=np.int64)
        return np.where(self.products[place] == products, place, -1)

    def available_of(self, products: NDArray[np.generic]) -> NDArray[np.bool_]:
        place = self.places(products)
        found = np.zeros(len(products), dtype=bool)
        found[place >= 0] = self.is_available[place[place >= 0]]
        return found

    def families_of(self, products: NDArray[np.generic]) -> NDArray[np.int32]:
        place = self.places(products)
        found = np.full(len(products), -1, dtype=np.int32)
        found[place >= 0] = self.family[place[place >= 0]]
        return found

    def price_of(self, product_id: int) -> tuple[Any, str]:
        """The list price and its currency; None and nothing where it has none."""
        place = int(np.searchsorted(self.products, product_id))
        price = self.list_price[place]
        return (price, str(self.currency[place])) if price is not None else (None, "")

    def affordable(
        self,
        customer_ids: Sequence[int],
        products: NDArray[np.generic],
        rules: RecommendationRules,
    ) -> NDArray[np.bool_]:
        """Customers x products: at most the price limit; yes where a price is not known."""
        shape = (len(customer_ids), len(products))
        if rules.price_factor is None or not len(self.products):
            return np.ones(shape, dtype=bool)
        place = self.places(products)
        price = np.where(place >= 0, self.bottle_price[place], np.nan)
        currency = self.currency[place]
        limits = self._limits(customer_ids, float(rules.price_factor))
        allowed = np.ones(shape, dtype=bool)
        for row, (limit, of) in enumerate(limits):
            if limit is not None:
                allowed[row] = ~((price > limit) & (currency == of))
        return allowed

    @staticmethod
    def _limits(customer_ids: Sequence[int], factor: float) -> list[tuple[float | None, str]]:
        rows = CustomerProfile.objects.filter(pk__in=customer_ids)
        known = {
            key: (float(liked["budget"]) * factor, currency)
            for key, liked, currency in rows.values_list("pk", "preferences", "currency")
            if liked.get("budget")
        }
        return [known.get(key, (None, "")) for key in customer_ids]

    def catalogue(self, products: NDArray[np.generic]) -> Catalogue:
        """Of these products, in this order; the shelf was loaded with words."""
        place = self.places(products)
        is_known = place >= 0
        price = np.where(is_known, self.bottle_price[place], np.nan) if len(place) else place
        return Catalogue(
            names=[self.names[at] if at >= 0 else "" for at in place],
            family=self.families_of(products),
            price=price.astype(np.float32),
            words={
                kind: [words[at] if at >= 0 else () for at in place]
                for kind, words in self.words.items()
            },
        )


def gone(goods: Shelf) -> set[int]:
    """Ids of products that could be had when the shelf was loaded, and cannot any more."""
    had = goods.products[goods.is_available].tolist()
    with connection.cursor() as cursor:
        cursor.execute(_AVAILABLE)
        return set(had) - {key for (key,) in cursor}


def load(*, with_words: bool = False) -> Shelf:
    """All products; one query."""
    statement = _PRODUCTS.format(words=_WORDS if with_words else "")
    with connection.cursor() as cursor:
        cursor.execute(statement, [settings.DEFAULT_CURRENCY])
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * 11
    names, family = np.unique(np.array(columns[2], dtype=np.str_), return_inverse=True)
    # Sorted: the empty name is the first.
    if len(names) and not names[0]:
        family = family - 1
    prices = [
        float(price) / float(bottles) if price is not None else np.nan
        for price, bottles in zip(columns[3], columns[4], strict=True)
    ]
    return Shelf(
        products=np.array(columns[0], dtype=np.int64),
        is_available=np.array(columns[1], dtype=bool),
        family=family.astype(np.int32),
        list_price=columns[3],
        bottle_price=np.array(prices, dtype=np.float32),
        currency=np.array(columns[5], dtype=np.str_),
        names=columns[6] if with_words else (),
        words=_words(columns[6:]) if with_words else {},
    )


def _words(columns: Sequence[Sequence[Any]]) -> dict[str, list[list[str]]]:
    names, price_segments, categories, attributes, descriptions = columns
    found = {
        kind: [_several(each.get(name)) for each in map(_decoded, attributes)]
        for kind, name in KINDS.items()
    }
    found["category"] = [[word] if word else [] for word in categories]
    found["price_segment"] = [[word] if word else [] for word in price_segments]
    found["text"] = [
        _told(f"{name} {text[:_LONGEST_TEXT]}")
        for name, text in zip(names, descriptions, strict=True)
    ]
    return found


def _decoded(text: str) -> dict[str, Any]:
    # Outside of models the driver hands JSON over as it is written.
    attributes = json.loads(text)
    return attributes if isinstance(attributes, dict) else {}


def _several(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    values = value if isinstance(value, list) else [value]
    return [str(word).strip() for word in values if word not in (None, "") and str(word).strip()]


def _told(text: str) -> list[str]:
    """The words of a text, without years, sizes and the short ones that are in every text."""
    words = re.findall(r"[^\W\d_]+", search_name(text))
    return sorted({word for word in words if len(word) >= _SHORTEST_WORD})
