"""What we make, as the rules see it: a code, names and telling traits.

The four packaging products come with the code; other products (from the
product table) can be added with their names alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

from backoffice.core.text import words

Bottom = Literal["", "flat", "square"]
Handles = Literal["", "none", "flat", "twisted", "some"]

_NAME_SCORE = 88


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """A product; ``bottom`` and ``handles`` are given for paper bags only."""

    code: str
    names: tuple[str, ...]
    bottom: Bottom = ""
    handles: Handles = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    products: tuple[CatalogueProduct, ...]

    def with_traits(self, bottom: Bottom, handles: Handles) -> CatalogueProduct | None:
        return next((p for p in self.products if (p.bottom, p.handles) == (bottom, handles)), None)

    def named(self, text: str) -> tuple[CatalogueProduct, float] | None:
        """Return the product without traits whose name ``text`` contains, and how alike it is."""
        plain = " ".join(words(text))
        scored = [
            (_likeness(name, plain), product)
            for product in self.products
            if not product.bottom
            for name in product.names
        ]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        return (best, score / 100) if best and score >= _NAME_SCORE else None


@lru_cache(maxsize=4096)
def _likeness(name: str, text: str) -> float:
    return fuzz.token_set_ratio(" ".join(words(name)), text)


PACKAGING = Catalogue(
    (
        CatalogueProduct("sachet_fond_plat", ("Sachet fond plat",), bottom="flat", handles="none"),
        CatalogueProduct(
            "sac_fond_carre_sans_poignees",
            ("Sac fond carré sans poignées",),
            bottom="square",
            handles="none",
        ),
        CatalogueProduct(
            "sac_fond_carre_poignees_plates",
            ("Sac fond carré avec poignées plates",),
            bottom="square",
            handles="flat",
        ),
        CatalogueProduct(
            "sac_fond_carre_poignees_torsadees",
            ("Sac fond carré avec poignées torsadées",),
            bottom="square",
            handles="twisted",
        ),
    )
)
