"""The product table as the readers of messages take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from crm.models import Product
from orders.extraction.catalogue import PACKAGING, Catalogue, CatalogueProduct
from orders.learning.phrases import is_vague

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


def why_no_name(name: str) -> str:
    """A sentence against another name of a product that messages use for anything."""
    if not is_vague(name):
        return ""
    sentence = _("“%(name)s” says too little: write words that mean only this product.")
    return sentence % {"name": name}


def _as_read(product: Product) -> CatalogueProduct:
    known = _TRAITS.get(product.sku)
    return CatalogueProduct(
        product.sku,
        (product.name,),
        bottom=known.bottom if known else "",
        handles=known.handles if known else "",
        words=product.other_names,
    )
