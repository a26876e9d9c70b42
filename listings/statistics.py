"""What this desk counted, in the database: true across processes and restarts.

Every watch that was read counts once, whatever became of it: rows are never deleted.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from backoffice.core.health import Report
from backoffice.core.kept import Kept
from backoffice.messaging.models import InboundMessage
from listings.market.rates import state as rates
from listings.models import Listing, ListingEmbedding, Match, Suspicion, Trader

DESK = "listings"
# A listing that has waited longer for its vector is no longer just arriving.
_PATIENCE = dt.timedelta(minutes=15)
_TOP_BRANDS = 10
_Status = InboundMessage.Status
# What waits for a person was read as well, and may hold watches.
_READ = (_Status.DONE, _Status.NOT_FOR_US, _Status.NEEDS_ATTENTION)


def health() -> Report:
    """Components, runtime_stats and watch_stats of ``GET /health``."""
    counted = totals()
    types, value = counted["types"], counted["value"]
    found = {f"{name}_found": types[kind] for name, kind in _NAMES.items()}
    return Report(
        components={
            # Reading and searching need nothing but the database, which answered.
            "watch_extractor": True,
            "rag_searcher": True,
            "embedding_processor": _embeds(),
            "exchange_rates": not rates.is_stale(rates.last_day()),
        },
        runtime_stats={
            "watch_messages_detected": counted["watch_messages"],
            **{f"{name}_detected": types[kind] for name, kind in _NAMES.items()},
            "total_value_detected": float(value),
        },
        watch_stats={
            "messages_analyzed": counted["analyzed"],
            **found,
            "total_value_eur": f"{value:.2f}€",
        },
    )


_NAMES = {
    "sales": Listing.Type.SALE,
    "wanted": Listing.Type.WANTED,
    "questions": Listing.Type.QUESTION,
}


@Kept
def totals() -> dict[str, Any]:
    """What is read through whole tables: three queries, at most every few seconds.

    ``value`` is what all watches that were ever offered for sale were asked for, in euros.
    """
    types = dict.fromkeys(Listing.Type.values, 0)
    value = Decimal(0)
    # Answered from the index (type, status, price_eur) alone.
    rows = Listing.objects.order_by().values("type").annotate(n=Count("*"), eur=Sum("price_eur"))
    for row in rows:
        types[row["type"]] = row["n"]
        if row["type"] == Listing.Type.SALE:
            value = row["eur"] or value
    messages = Listing.objects.aggregate(n=Count("message", distinct=True))["n"]
    analyzed = InboundMessage.objects.filter(desk=DESK, status__in=_READ).count()
    return {"types": types, "value": value, "watch_messages": messages, "analyzed": analyzed}


def stats() -> dict[str, Any]:
    """The figures of ``GET /api/listings/stats`` and, as a part, of ``GET /api/stats``.

    Amounts are strings of decimals, shares 0 to 1, days ISO dates.
    """
    counted, further = totals(), _further()
    types, value = counted["types"], counted["value"]
    analyzed, found = counted["analyzed"], counted["watch_messages"]
    return {
        "messages_analyzed": analyzed,
        "watch_messages": found,
        "detection_rate": round(min(1.0, found / analyzed), 4) if analyzed else None,
        "listings": sum(types.values()),
        "by_type": dict(types),
        "total_value_eur": f"{value:.2f}",
        **further,
    }


@Kept
def _further() -> dict[str, Any]:
    listings = Listing.objects.order_by()
    by_status = dict.fromkeys(Listing.Status.values, 0)
    by_status |= dict(listings.values_list("status").annotate(n=Count("*")))
    brands = listings.exclude(brand="").values_list("brand").annotate(n=Count("*"))
    by_reader = dict(listings.values_list("reader").annotate(n=Count("*")))
    states = dict.fromkeys(Match.State.values, 0)
    states |= dict(Match.objects.order_by().values_list("state").annotate(n=Count("*")))
    people = Trader.objects.aggregate(
        all=Count("*"), blocked=Count("pk", filter=Q(is_blocked=True))
    )
    last_day = rates.last_day()
    return {
        "by_status": by_status,
        "by_brand": dict(brands.order_by("-n", "brand")[:_TOP_BRANDS]),
        "by_reader": by_reader,
        "without_euros": listings.filter(price__isnull=False, price_eur__isnull=True).count(),
        "matches": states,
        "open_suspicions": Suspicion.objects.filter(dismissed_at__isnull=True).count(),
        "traders": people["all"],
        "blocked_traders": people["blocked"],
        "rates_of": last_day.isoformat() if last_day else None,
    }


def _embeds() -> bool:
    """Whether nothing has waited long for its vector; asked each time, by a small index."""
    waiting = ListingEmbedding.objects.filter(
        status__in=[ListingEmbedding.Status.WAITING, ListingEmbedding.Status.WORKING]
    )
    late = timezone.now() - _PATIENCE
    return not waiting.filter(listing__updated_at__lt=late).exists()
