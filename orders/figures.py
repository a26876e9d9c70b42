"""What others ask the order desk: its part of ``/api/stats``, and what became of mailbox runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, Q

from backoffice.core.figures.comparison import Rate
from orders.analytics import amounts, buyers, goods
from orders.models import STATUS_WORDS, Order

if TYPE_CHECKING:
    from collections.abc import Collection

BEST = 10


def summary() -> dict[str, Any]:
    """The figures of ``/api/stats``; five queries. Duplicates sent by mistake count nowhere."""
    orders = Order.objects.counted()
    status = Order.Status
    imported = Q(method=Order.Method.IMPORT)
    row = orders.aggregate(
        total=Count("pk"),
        pending=Count("pk", filter=Q(status=status.PENDING)),
        validated=Count("pk", filter=Q(status=status.VALIDATED)),
        rejected=Count("pk", filter=Q(status=status.REJECTED)),
        # Imported orders were decided elsewhere; a rejected one is never imported.
        validated_here=Count("pk", filter=Q(status=status.VALIDATED) & ~imported),
        renewals=Count("pk", filter=Q(is_renewal=True)),
        confidence=Avg("confidence", filter=~imported),
    )
    by_status = {value: row[value] for value in status.values}
    rate = Rate(row["validated_here"], row["validated_here"] + row["rejected"]).value
    return {
        "total": row["total"],
        "by_status": by_status,
        "statuts": {STATUS_WORDS[value]: count for value, count in by_status.items()},
        "validation_rate": None if rate is None else round(rate, 4),
        "renewals": row["renewals"],
        "duplicates": Order.objects.filter(duplicate_of__isnull=False).count(),
        "average_confidence": None if row["confidence"] is None else round(row["confidence"], 3),
        "volume": [
            {"currency": currency, "amount": amount, "orders": count}
            for currency, amount, count in amounts.validated(orders)
        ],
        "most_active_customers": [
            {name.removeprefix("customer__"): value for name, value in row.items()}
            for row in buyers.ranked(orders)[:BEST]
        ],
        "most_ordered_products": list(goods.most_ordered(orders, best=BEST)),
    }


def made_of_runs(run_ids: Collection[int]) -> dict[int, int]:
    """How many orders were read from the messages that each of these runs brought; one query."""
    orders = Order.objects.filter(message__run__in=run_ids).order_by()
    return dict(orders.values_list("message__run").annotate(Count("pk")))
