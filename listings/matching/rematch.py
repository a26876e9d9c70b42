"""Everything matched anew, in blocks: each night, and when catalogue or rates have changed."""

from __future__ import annotations

import time

from backoffice.core.jobs import enqueue
from listings.matching import finding
from listings.models import Listing, Match

# A job ends well before its time is over and hands the rest to the next one.
_SECONDS = 20
_BLOCK = 200


def request() -> None:
    """Have all searches matched anew in the background; inside a transaction or not."""
    from listings import tasks  # noqa: PLC0415 - tasks import what calls this

    enqueue(tasks.rematch, 0)


def run(after: int, *, seconds: float = _SECONDS) -> int | None:
    """Match the searches after this id until the time is over; where to go on, None at the end.

    Every match has a search, so those whose offer has gone are seen too. Safe to run twice.
    """
    until = time.monotonic() + seconds
    while ids := _searches(after):
        for listing_id in ids:
            finding.find(listing_id)
            after = listing_id
            if time.monotonic() > until:
                return after
    return None


def _searches(after: int) -> list[int]:
    """The next ones: on the market, or with a match that is still open."""
    rows = Listing.objects.filter(pk__gt=after).order_by("pk")
    live = rows.filter(type=Listing.Type.WANTED, status=Listing.Status.LIVE)
    paired = Match.objects.filter(state__in=Match.OPEN, wanted_id__gt=after).order_by("wanted_id")
    found = {*live.values_list("pk", flat=True)[:_BLOCK]}
    found |= {*paired.values_list("wanted_id", flat=True).distinct()[:_BLOCK]}
    return sorted(found)[:_BLOCK]
