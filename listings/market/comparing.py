"""What each watch is compared with: the offers of its reference, or else of its model."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

DAYS = 90


@dataclass(frozen=True, slots=True)
class Subject:
    """A reference, or where that is empty a model of a brand; all empty: nothing to compare."""

    reference_key: str = ""
    brand: str = ""
    model: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.reference_key or (self.brand and self.model))

    def condition(self) -> Q:
        """Its offers. A reference counts under its brand, and where no brand was read."""
        if not self.reference_key:
            return Q(brand=self.brand, model=self.model)
        brand = Q(brand__in=[self.brand, ""]) if self.brand else Q()
        return Q(reference_key=self.reference_key) & brand


@dataclass(frozen=True, slots=True)
class Offer:
    """The newest offer of a trader for a reference in a stretch of ``DAYS`` days.

    ``owner`` is the trader's id; who is not known (a file) is another one each time (negative).
    """

    listing_id: int
    owner: int
    reference_key: str
    brand: str
    model: str
    price: Decimal
    offered_at: dt.datetime
    is_recent: bool  # of the last DAYS, else of the DAYS before


def subject_of(listing: Listing) -> Subject:
    """What a listing is compared with."""
    if listing.reference_key:
        return Subject(listing.reference_key, listing.brand)
    return Subject(brand=listing.brand, model=listing.model)


def owner_of(listing: Listing) -> int:
    """As :attr:`Offer.owner`."""
    return listing.trader_id or -listing.pk


def offers(subjects: Iterable[Subject]) -> dict[Subject, list[Offer]]:
    """What counts in the market of each of these, newest first.

    One query for all references, one for all models.
    """
    asked = dict.fromkeys(subjects)
    by_reference = {s.reference_key: s for s in asked if s.reference_key}
    by_model = {(s.brand, s.model): s for s in asked if s.is_known and not s.reference_key}
    of_references: dict[str, list[Offer]] = defaultdict(list)
    if by_reference:
        for offer in _newest(Q(reference_key__in=by_reference), ()):
            of_references[offer.reference_key].append(offer)
    of_models: dict[tuple[str, str], list[Offer]] = defaultdict(list)
    if by_model:
        conditions = (subject.condition() for subject in by_model.values())
        for offer in _newest(reduce(or_, conditions), ("model",)):
            of_models[offer.brand, offer.model].append(offer)
    return {
        subject: _once(of_references[subject.reference_key], subject.brand)
        if subject.reference_key
        else _once(of_models[subject.brand, subject.model], subject.brand)
        for subject in asked
    }


def counted(now: dt.datetime | None = None) -> Q:
    """Which listings make the market: live and sold offers with a price, of two times ``DAYS``."""
    since = (now or timezone.now()) - dt.timedelta(days=2 * DAYS)
    return (
        Q(type=Listing.Type.SALE, price_eur__isnull=False, offered_at__gte=since)
        & Q(status__in=[Listing.Status.LIVE, Listing.Status.SOLD])
        & (Q(trader__isnull=True) | Q(trader__is_blocked=False))
        & ~Q(authenticity=Listing.Authenticity.REPLICA)
    )


def _newest(asked: Q, further: tuple[str, ...]) -> list[Offer]:
    """The newest offers of each trader, reference and stretch of days; one query."""
    now = timezone.now()
    recent = When(offered_at__gte=now - dt.timedelta(days=DAYS), then=Value(value=True))
    rows = Listing.objects.filter(counted(now), asked).annotate(
        owner=Coalesce("trader_id", -F("pk")),
        is_recent=Case(recent, default=Value(value=False), output_field=BooleanField()),
    )
    same = ("owner", "reference_key", "brand", *further, "is_recent")
    newest = rows.order_by(*same, "-offered_at", "-pk").distinct(*same)
    columns = ("pk", "owner", "reference_key", "brand", "model", "price_eur", "offered_at")
    found = [Offer(*row) for row in newest.values_list(*columns, "is_recent")]
    return sorted(found, key=lambda offer: (offer.offered_at, offer.listing_id), reverse=True)


def _once(found: list[Offer], brand: str) -> list[Offer]:
    """One for each trader and watch.

    A watch offered without its reference is taken for the one that the trader offers with it.
    """
    kept: dict[tuple[int, str, bool], Offer] = {}
    named: set[tuple[int, bool]] = set()
    for offer in found:
        if brand and offer.brand not in {brand, ""}:
            continue
        kept.setdefault((offer.owner, offer.reference_key, offer.is_recent), offer)
        if offer.reference_key:
            named.add((offer.owner, offer.is_recent))
    return [
        offer
        for (owner, reference_key, is_recent), offer in kept.items()
        if reference_key or (owner, is_recent) not in named
    ]
