"""Traders and listings for the tests of matching: made as the intake makes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from listings import keeping
from listings.extraction import reading
from listings.models import Listing, Trader, TraderAddress

if TYPE_CHECKING:
    import datetime as dt

    from listings.extraction.items import ListingItem


def trader(name: str = "Salma", phone: str = "", **facts: Any) -> Trader:
    now = timezone.now()
    made = Trader.objects.create(name=name, first_seen_at=now, last_seen_at=now, **facts)
    if phone:
        TraderAddress.objects.create(trader=made, kind=TraderAddress.Kind.PHONE, value=phone)
    return made


def listing(of: Trader | None, kind: str, **facts: Any) -> Listing:
    """A listing of ``of``: facts as the columns name them."""
    defaults = {
        "reader": Listing.Reader.RULES,
        "offered_at": timezone.now(),
        "brand": "Rolex",
        "model": "Submariner",
    }
    if "price" in facts:
        facts = {"currency": "EUR", **facts, "price": Decimal(facts["price"])}
    made = Listing(trader=of, type=kind, **{**defaults, **facts})
    keeping.derive(made)
    made.save()
    return made


def wanted(of: Trader | None, **facts: Any) -> Listing:
    return listing(of, Listing.Type.WANTED, **facts)


def sale(of: Trader | None, **facts: Any) -> Listing:
    return listing(of, Listing.Type.SALE, **facts)


def written(of: Trader, text: str, *, at: dt.datetime | None = None) -> list[Listing]:
    """The listings of a message, as the local rules read it."""
    return [
        listing(of, str(item.type.value), offered_at=at or timezone.now(), **_facts(item, text))
        for item in reading.read(text)
    ]


def _facts(item: ListingItem, text: str) -> dict[str, Any]:
    names = ("brand", "model", "reference", "currency", "condition", "movement", "authenticity")
    facts: dict[str, Any] = {name: getattr(item, name).value or "" for name in names}
    facts |= {name: getattr(item, name).value for name in ("year", "size_mm", "box", "papers")}
    if item.price:
        facts["price"] = item.price.value
    return {**facts, "text": text[slice(*item.span)]}
