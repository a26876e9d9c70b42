"""Offers of one watch over time, and the watches that are offered most."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.utils import timezone

from backoffice.core.figures.period import ONE_DAY, midnight
from listings.market import comparing, view
from listings.market.comparing import DAYS, Subject
from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from listings.market.view import Market, Place

WEEKS = 26
# Rows of the table of a page; what is older is in the list.
MOST_OFFERS = 100
MOST_WATCHES = 50


@dataclass(frozen=True, slots=True)
class Week:
    """Prices of the offers of a week, the newest of each trader; None where there are none."""

    first: dt.date
    count: int
    low: Decimal | None
    median: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Row:
    """An offer; ``counts`` in the market, where a newer one of its trader does not."""

    listing: Listing
    place: Place
    counts: bool


@dataclass(frozen=True, slots=True)
class History:
    """All there is to see of a watch."""

    market: Market
    weeks: tuple[Week, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """A reference that is offered, and its market."""

    reference: str
    brand: str
    model: str
    market: Market


def of(subject: Subject) -> History:
    """The market of a watch, week by week and offer by offer; a constant number of queries."""
    counted = comparing.offers([subject])[subject]
    listed = _listed(subject)
    ids = {offer.listing_id for offer in counted if offer.is_recent}
    shown = listed[:MOST_OFFERS]
    places = view.places(shown)
    return History(
        view.of_offers(counted),
        _weeks(listed),
        tuple(Row(one, places[one.pk], one.pk in ids) for one in shown),
    )


def most_offered() -> tuple[Watch, ...]:
    """References by the number of traders who offered them in the last ``DAYS``."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    found = (
        Listing.objects.filter(comparing.counted(), offered_at__gte=since)
        .exclude(reference_key="")
        .order_by()
        .values("reference_key", "brand")
        .annotate(
            traders=Count("trader", distinct=True), named=Max("reference"), family=Max("model")
        )
        .order_by("-traders", "reference_key")[:MOST_WATCHES]
    )
    rows = {Subject(row["reference_key"], row["brand"]): row for row in found}
    offers = comparing.offers(rows)
    return tuple(
        Watch(row["named"], row["brand"], row["family"], view.of_offers(offers[subject]))
        for subject, row in rows.items()
    )


def _listed(subject: Subject) -> list[Listing]:
    """Offers that may count, newest first, of the weeks that are shown."""
    if not subject.is_known:
        return []
    since = midnight(_monday() - dt.timedelta(weeks=WEEKS - 1))
    rows = Listing.objects.filter(comparing.counted(), subject.condition(), offered_at__gte=since)
    return list(rows.select_related("trader").order_by("-offered_at", "-pk"))


def _monday() -> dt.date:
    today = timezone.localdate()
    return today - today.weekday() * ONE_DAY


def _weeks(listed: Sequence[Listing]) -> tuple[Week, ...]:
    prices: dict[dt.date, dict[tuple[int, str], Decimal]] = defaultdict(dict)
    for listing in listed:
        day = timezone.localdate(listing.offered_at)
        key = (comparing.owner_of(listing), listing.reference_key)
        assert listing.price_eur is not None  # noqa: S101 - asked for above
        # Newest first: the newest of a trader is the first to come.
        prices[day - day.weekday() * ONE_DAY].setdefault(key, listing.price_eur)
    first = _monday() - dt.timedelta(weeks=WEEKS - 1)
    return tuple(
        _week(monday, sorted(prices[monday].values()))
        for monday in (first + dt.timedelta(weeks=number) for number in range(WEEKS))
    )


def _week(monday: dt.date, prices: Sequence[Decimal]) -> Week:
    if not prices:
        return Week(monday, 0, None, None, None)
    median = view.quantile(prices, view.HALF)
    return Week(monday, len(prices), prices[0], median, prices[-1])
