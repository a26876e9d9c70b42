"""The desk's part of ``/api/stats``: all tickets there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q

from backoffice.core.figures.comparison import Rate
from orders.analytics.decisions import Percentile
from support.figures.replies import FATE, Fate
from support.figures.scope import NOT_MERGED
from support.models import Draft, Ticket

if TYPE_CHECKING:
    import datetime as dt

# What the old system called them, for programs that used it.
STATUS_WORDS = {
    Ticket.Status.NEW: "Nouveau",
    Ticket.Status.IN_PROGRESS: "En cours",
    Ticket.Status.ANSWERED: "Traité",
    Ticket.Status.AUTOMATIC: "Traité automatiquement",
}


def totals() -> dict[str, Any]:
    """Counts of all times, times in seconds, shares from 0 to 1; four queries."""
    tickets = Ticket.objects.filter(NOT_MERGED).order_by()
    by_status = dict.fromkeys(Ticket.Status.values, 0)
    by_status |= dict(tickets.values_list("status").annotate(Count("pk")))
    by_category = tickets.values_list("category__name").annotate(tickets=Count("pk"))
    waited = ExpressionWrapper(
        F("first_response_at") - F("opened_at"), output_field=DurationField()
    )
    row = tickets.aggregate(
        median=Percentile(waited, fraction=0.5, output_field=DurationField()),
        p90=Percentile(waited, fraction=0.9, output_field=DurationField()),
        answered=Count("first_response_at"),
        back=Count("first_response_at", filter=Q(reopened__gt=0)),
    )
    decided = Draft.objects.filter(status__in=[Draft.Status.SENT, Draft.Status.REJECTED])
    fates = dict.fromkeys(Fate.values, 0)
    fates |= dict(decided.order_by().annotate(fate=FATE).values_list("fate").annotate(Count("pk")))
    judged = sum(fates[fate] for fate in (Fate.UNCHANGED, Fate.EDITED, Fate.REJECTED))
    sent = sum(fates.values()) - fates[Fate.REJECTED]
    return {
        "total": sum(by_status.values()),
        "open": sum(by_status[status] for status in Ticket.OPEN),
        "by_status": by_status,
        "statuts": {STATUS_WORDS[Ticket.Status(key)]: count for key, count in by_status.items()},
        "by_category": {
            name: count
            for name, count in sorted(by_category, key=lambda one: (-one[1], one[0] or ""))
            if name
        },
        "replies": fates,
        "approval_rate": _share(judged - fates[Fate.REJECTED], judged),
        "automatic_rate": _share(fates[Fate.AUTOMATIC], sent),
        "reopened_rate": _share(row["back"], row["answered"]),
        "first_response_median_seconds": _seconds(row["median"]),
        "first_response_p90_seconds": _seconds(row["p90"]),
    }


def _share(hits: int, total: int) -> float | None:
    value = Rate(hits, total).value
    return None if value is None else round(value, 4)


def _seconds(value: dt.timedelta | None) -> int | None:
    return None if value is None else round(value.total_seconds())
