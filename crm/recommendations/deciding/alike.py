"""How much products have in common: the words they share of all the words of both."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from crm.models import Product

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

# Attributes that a taste is made of; a vintage or an alcohol content is none.
ATTRIBUTES = ("grape_varieties", "region", "appellation", "colour", "body", "sugar")


class Alike:
    """Of all products now, over the columns of some scores; one query."""

    def __init__(self, products: NDArray[np.generic]) -> None:
        self._place = {int(key): place for place, key in enumerate(products.tolist())}
        self._count = np.zeros(len(products), dtype=np.float32)
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._words: dict[int, set[str]] = {}
        self._found: dict[int, NDArray[np.float32]] = {}
        rows = Product.objects.order_by("pk").values_list("pk", "category", "attributes")
        for key, category, attributes in rows:
            words = set(_words(category, attributes))
            self._words[key] = words
            place = self._place.get(key)
            if place is not None:
                self._count[place] = len(words)
                for word in words:
                    self._holders[word].append(place)

    def to(self, product_id: int) -> tuple[int | None, NDArray[np.float32]]:
        """Its column, None where it has none; and how like it each column is, 0-1."""
        if product_id not in self._found:
            words = self._words.get(product_id, set())
            shared = np.zeros(len(self._count), dtype=np.float32)
            for word in words:
                shared[self._holders[word]] += 1
            total = np.maximum(self._count + len(words) - shared, 1)
            self._found[product_id] = shared / total
        return self._place.get(product_id), self._found[product_id]


def _words(category: str, attributes: Mapping[str, Any]) -> Iterator[str]:
    if category:
        yield f"category {category.casefold()}"
    for name in ATTRIBUTES:
        value = attributes.get(name)
        for word in value if isinstance(value, list) else [value]:
            if word or word == 0:
                yield f"{name} {str(word).strip().casefold()}"
