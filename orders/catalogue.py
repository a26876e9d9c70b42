"""The product table as the readers of messages take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max

from crm.models import Product
from orders.extraction.catalogue import PACKAGING, Catalogue, CatalogueProduct

if TYPE_CHECKING:
    from datetime import datetime

    State = tuple[datetime | None, int]

# The signs by which the four packaging products are known are code: a grammar, not a list of
# names. Which of them are sold, and what else they are called, the table says.
_TRAITS = {product.code: product for product in PACKAGING.products}
_kept: list[tuple[State, Catalogue]] = []


def current() -> Catalogue:
    """All products in use with their names; one small query unless a product was changed."""
    active = Product.objects.filter(is_active=True)
    seen = active.aggregate(newest=Max("updated_at"), count=Count("pk"))
    state: State = (seen["newest"], seen["count"])
    if not _kept or _kept[0][0] != state:
        _kept[:] = [(state, Catalogue(tuple(map(_as_read, active.order_by("sku")))))]
    return _kept[0][1]


def _as_read(product: Product) -> CatalogueProduct:
    known = _TRAITS.get(product.sku)
    return CatalogueProduct(
        product.sku,
        (product.name,),
        bottom=known.bottom if known else "",
        handles=known.handles if known else "",
        words=product.other_names,
    )
