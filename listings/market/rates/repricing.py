"""Prices in euros made right after rates have come, changed or gone."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.core import jobs
from listings.market import comparing, euros
from listings.models import Listing

if TYPE_CHECKING:
    from django.db.models import QuerySet

BLOCK = 1_000
# A job goes on in another one, far below JOB_TIMEOUT.
SECONDS = 45.0
# A change of less is no news to those who look for this watch.
_NEWS = 0.01


def reprice(since: dt.date, *, after: int = 0, seconds: float | None = None) -> tuple[int, int]:
    """Price what was offered on ``since`` or later, from the listing behind ``after``, in blocks.

    Returns how many prices changed, and the last listing looked at where time ran out (else 0).
    Says of each listing what the rates say now, so it may run twice and at any moment.
    """
    ends = time.monotonic() + seconds if seconds else None
    rates = euros.Rates(_currencies(since))
    changed = 0
    while True:
        with transaction.atomic():
            block = list(_block(since, after))
            changed += _price(block, rates)
        if len(block) < BLOCK:
            return changed, 0
        after = block[-1].pk
        if ends and time.monotonic() > ends:
            return changed, after


def in_jobs(since: dt.date, after: int) -> None:
    """As :func:`reprice`, for a while; the rest in another job."""
    from listings import tasks  # noqa: PLC0415 - tasks import this

    _changed, last = reprice(since, after=after, seconds=SECONDS)
    if last:
        jobs.enqueue(tasks.reprice, since.isoformat(), last)


def _foreign(since: dt.date) -> QuerySet[Listing]:
    """Offers with a price in another currency; the day begins in the company's time zone."""
    begins = timezone.make_aware(dt.datetime.combine(since, dt.time.min))
    rows = Listing.objects.filter(price__isnull=False, offered_at__gte=begins)
    return rows.exclude(currency__in=["", euros.EURO])


def _currencies(since: dt.date) -> list[str]:
    return list(_foreign(since).order_by().values_list("currency", flat=True).distinct())


def _block(since: dt.date, after: int) -> QuerySet[Listing]:
    columns = ("pk", "type", "status", "price", "currency", "price_eur", "rate_day", "offered_at")
    rows = _foreign(since).filter(pk__gt=after).order_by("pk").only(*columns)
    return rows.select_for_update(no_key=True)[:BLOCK]


def _price(block: list[Listing], rates: euros.Rates) -> int:
    """Write what is other now, and have those of the market looked at again."""
    changed, news = [], []
    for listing in block:
        worth = rates.at(listing.price, listing.currency, listing.offered_at)
        amount, day = (worth.amount, worth.rate_day) if worth else (None, None)
        if (amount, day) == (listing.price_eur, listing.rate_day):
            continue
        if _is_news(listing, amount):
            news.append(listing.pk)
        listing.price_eur, listing.rate_day = amount, day
        changed.append(listing)
    Listing.objects.bulk_update(changed, ["price_eur", "rate_day"])
    _follow_up(news)
    return len(changed)


def _is_news(listing: Listing, amount: object) -> bool:
    """Whether matches and suspicions may be other ones at this price."""
    oldest = timezone.now() - dt.timedelta(days=comparing.DAYS)
    if listing.status != Listing.Status.LIVE or listing.offered_at < oldest:
        return False
    before, after = float(listing.price_eur or 0), float(str(amount or 0))
    return abs(after - before) > _NEWS * max(before, after)


def _follow_up(listing_ids: list[int]) -> None:
    from listings import tasks  # noqa: PLC0415 - tasks import this

    for listing_id in listing_ids:
        jobs.enqueue(tasks.follow_up, listing_id)
