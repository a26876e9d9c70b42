"""Looking at all offers once more, since the market around them moves."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

from backoffice.core import jobs
from listings.market import checks, comparing, suspicions, view
from listings.models import Listing, Suspicion

BLOCK = 500
# A job goes on in another one, far below JOB_TIMEOUT.
SECONDS = 45.0


def recheck(*, after: int = 0, seconds: float | None = None) -> int:
    """Examine offers that are far below the market by now, and all that are suspicious already.

    In blocks, from the listing behind ``after``; returns the last one looked at where time ran
    out, else 0.
    """
    ends = time.monotonic() + seconds if seconds else None
    since = timezone.now() - dt.timedelta(days=comparing.DAYS)
    offers = Listing.objects.live().filter(type=Listing.Type.SALE, offered_at__gte=since)
    while True:
        block = list(offers.filter(pk__gt=after).order_by("pk")[:BLOCK])
        for listing_id in _to_examine(block):
            suspicions.examine(listing_id)
        if len(block) < BLOCK:
            return 0
        after = block[-1].pk
        if ends and time.monotonic() > ends:
            return after


def in_jobs(after: int) -> None:
    """As :func:`recheck`, for a while; the rest in another job."""
    from listings import tasks  # noqa: PLC0415 - tasks import this

    if last := recheck(after=after, seconds=SECONDS):
        jobs.enqueue(tasks.recheck_suspicions, last)


def _to_examine(block: list[Listing]) -> list[int]:
    rows = Suspicion.objects.filter(listing__in=block)
    known = list(rows.values_list("listing", "kind", "dismissed_at"))
    cheap_before = {pk for pk, kind, _at in known if kind == Suspicion.Kind.CHEAP}
    still_open = {pk for pk, _kind, dismissed_at in known if dismissed_at is None}
    places = view.places(block)
    cheap_now = {one.pk for one in block if checks.is_cheap(one, places[one.pk])}
    return sorted(still_open | (cheap_now - cheap_before))
