"""A product as a salesperson weighs it: price, stock, when this customer bought it last."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Max, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.models import Sale, StockLevel
from crm.profiles.shown import money

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from crm.admin.recommendations.bars import Bar
    from crm.models import Product


# What lies in one warehouse does not make up for what is missing in another.
_left = Coalesce(Sum("available", filter=Q(available__gt=0)), Value(Decimal(0)))


@dataclass(frozen=True, slots=True)
class Offered:
    """Empty is what is not known; ``why_not`` is empty where it may be proposed."""

    product: Product
    stock: str = ""
    stock_tone: str = ""
    price: str = ""
    traits: str = ""
    bought: str = ""
    why_not: str = ""
    reasons: Sequence[str] = field(default_factory=list)
    chance: Bar | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Of some products for one customer; two queries."""

    left: Mapping[int, Decimal]
    bought: Mapping[int, tuple[dt.date, int]]


def facts(customer_id: int, product_ids: Sequence[int]) -> Facts:
    stock = StockLevel.objects.filter(product__in=product_ids).order_by().values("product")
    sales = Sale.objects.filter(
        customer=customer_id, product__in=product_ids, quantity__gt=0
    ).order_by()
    bought = sales.values("product").annotate(
        last=Max("sold_on"), times=Count("sold_on", distinct=True)
    )
    return Facts(
        {row["product"]: row["left"] for row in stock.annotate(left=_left)},
        {row["product"]: (row["last"], row["times"]) for row in bought},
    )


def offered(
    customer_id: int, products: Sequence[Product], *, why_not: Mapping[int, str]
) -> list[Offered]:
    """Products that somebody may choose; two queries."""
    known = facts(customer_id, [product.pk for product in products])
    return [
        Offered(
            product,
            *in_stock(known, product.pk),
            price=price(product.list_price, product.currency or settings.DEFAULT_CURRENCY),
            traits=traits(product),
            bought=last_bought(known, product.pk),
            why_not=why_not.get(product.pk, ""),
        )
        for product in products
    ]


def price(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else money(amount, currency)


def traits(product: Product) -> str:
    """What tells it from others in a word or three."""
    held = product.attributes or {}
    words = [product.category, held.get("appellation"), held.get("vintage")]
    return " · ".join(str(word) for word in words if word)


def in_stock(known: Facts, product_id: int) -> tuple[str, str]:
    """Words and tone; both empty where nobody counts it."""
    left = known.left.get(product_id)
    if left is None:
        return "", ""
    if left <= 0:
        return _("out of stock"), "danger"
    count = number_format(left.normalize(), use_l10n=True, force_grouping=True)
    return _("%(count)s in stock") % {"count": count}, "success"


def last_bought(known: Facts, product_id: int) -> str:
    if product_id not in known.bought:
        return ""
    last, times = known.bought[product_id]
    words = ngettext(
        "bought %(count)d time, last on %(day)s", "bought %(count)d times, last on %(day)s", times
    )
    return words % {"count": times, "day": date_format(last, "SHORT_DATE_FORMAT")}
