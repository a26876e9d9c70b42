"""The listings that a new one may meet, found by indexes and not one by one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower

from listings.matching import prices, references
from listings.matching.scoring import LIVES_DAYS
from listings.matching.sides import OFFERS, Side, load
from listings.models import Listing

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Looked at by reference, and by model or brand: the newest.
MOST_BY_REFERENCE, MOST_BY_FAMILY = 400, 300
# Rates of two days differ a little; what is beyond is not even looked at.
_SLACK = Decimal("1.15")


def of(side: Side) -> list[Side]:
    """Candidates for ``side``, each once; in what order does not matter."""
    if not side.brand and not side.reference:
        return []
    found = {one.listing_id: one for one in load(_by_reference(side))}
    if side.brand:
        found |= {one.listing_id: one for one in load(_by_family(side))}
    return [*found.values()]


def _market(side: Side) -> QuerySet[Listing]:
    """Live listings of the other kind, of about the same time; the price as far as an index may."""
    lives = timedelta(days=LIVES_DAYS)
    near = (side.offered_at - lives, side.offered_at + lives)
    rows = Listing.objects.filter(status=Listing.Status.LIVE, offered_at__range=near)
    rows = rows.filter(type__in=OFFERS) if side.is_wanted else rows.filter(type=Listing.Type.WANTED)
    if side.trader_id is not None:
        rows = rows.exclude(trader_id=side.trader_id)
    return rows.order_by("-offered_at")


def _by_reference(side: Side) -> QuerySet[Listing]:
    written = references.parse(side.reference)
    meant = (*written, *side.references())
    if not meant:
        return Listing.objects.none()
    rows = _market(side).filter(reference_key__in=sorted({one.key for one in meant}))
    return rows[:MOST_BY_REFERENCE]


def _by_family(side: Side) -> QuerySet[Listing]:
    rows = _market(side).annotate(brand_lower=Lower("brand"), model_lower=Lower("model"))
    rows = rows.filter(brand_lower=side.brand.lower())
    if side.model:
        # A search that names no model takes any; an offer that names none is not looked at.
        models = [side.model.lower()] if side.is_wanted else [side.model.lower(), ""]
        rows = rows.filter(model_lower__in=models)
    elif side.is_offer:
        rows = rows.filter(model_lower="")
    return _affordable(side, _not_another(side, rows))[:MOST_BY_FAMILY]


def _not_another(side: Side, rows: QuerySet[Listing]) -> QuerySet[Listing]:
    """Without those whose reference cannot be the same."""
    if not (known := side.references()):
        return rows
    fits = Q(reference_key="")
    for stem in references.stems(known):
        fits |= Q(reference_key__contains=stem)
    return rows.filter(fits)


def _affordable(side: Side, rows: QuerySet[Listing]) -> QuerySet[Listing]:
    if side.price_eur is None:
        return rows
    known = Q(price_eur__isnull=True)
    if side.is_wanted:
        most = side.price_eur * prices.TOLERANCE * _SLACK
        return rows.filter(known | Q(price_eur__lte=most))
    least = side.price_eur / (prices.TOLERANCE * _SLACK)
    return rows.filter(known | Q(price_eur__gte=least))
