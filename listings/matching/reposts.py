"""Reposts: a dealer who offers the same watch every few days is one line of the worklist.

Folded when read, never in the rows: which post is the newest changes with every message.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import DecimalField, Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, IsNull

from listings.models import Match

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Match.State
# Two prices of one watch: what a dealer takes off from post to post.
_LEAST, _MOST = Decimal("0.95"), Decimal("1.05")
_NO_PRICE = Decimal(0)
_PRICE: DecimalField[Decimal, Decimal] = DecimalField(max_digits=18, decimal_places=4)
# Alike in both posts, beside the wanted listing.
_SAME = ("trader", "brand", "reference_key", "currency")


def folded(rows: QuerySet[Match]) -> QuerySet[Match]:
    """``rows`` without those for which a newer post of the same offer stands.

    Only what nobody has touched is left out: a match that a person decided about, or wrote about,
    stands for itself. A dismissed newer post stands for the earlier ones as well.
    """
    same = {f"sale__{name}": OuterRef(f"sale__{name}") for name in _SAME}
    newer = (
        Match.objects.order_by()
        .alias(
            year=Coalesce("sale__year", 0),
            price=Coalesce("sale__price", _NO_PRICE, output_field=_PRICE),
        )
        .filter(
            # Inside, though it is about the outer row: beside it the database would look for a
            # newer post of each row by itself.
            Exact(OuterRef("state"), State.PROPOSED),
            IsNull(OuterRef("changed_at"), True),  # noqa: FBT003 - Django's signature
            _is_named(),
            wanted=OuterRef("wanted"),
            **same,
            year=Coalesce(OuterRef("sale__year"), 0),
            price__gte=_own_price() * _LEAST,
            price__lte=_own_price() * _MOST,
            sale__offered_at__gt=OuterRef("sale__offered_at"),
        )
        .exclude(state=State.GONE)
    )
    return rows.filter(~Exists(newer))


def earlier(match: Match) -> list[Match]:
    """The matches that are folded away behind ``match``, the newest first; one query."""
    sale = match.sale
    if sale.trader_id is None or not (sale.reference_key or sale.model):
        return []
    alike = {f"sale__{name}": getattr(sale, name) for name in (*_SAME, "year")}
    if not sale.reference_key:
        alike["sale__model"] = sale.model
    rows = Match.objects.filter(
        wanted=match.wanted_id,
        state=State.PROPOSED,
        changed_at=None,
        sale__offered_at__lt=sale.offered_at,
        **alike,
    )
    posts = [match]
    for row in rows.select_related("sale").order_by("-sale__offered_at", "-pk"):
        if any(_is_repost(row, post) for post in posts):
            posts.append(row)
    return posts[1:]


def _is_named() -> Q:
    """Two are one watch by its reference; without one by its model."""
    return ~Q(sale__reference_key="") | Q(sale__model=OuterRef("sale__model")) & ~Q(sale__model="")


def _own_price() -> Coalesce:
    return Coalesce(OuterRef("sale__price"), _NO_PRICE, output_field=_PRICE)


def _is_repost(older: Match, newer: Match) -> bool:
    """As :func:`folded` asks the database; watches of one message are several watches."""
    price = older.sale.price or _NO_PRICE
    is_near = price * _LEAST <= (newer.sale.price or _NO_PRICE) <= price * _MOST
    return is_near and older.sale.offered_at < newer.sale.offered_at
