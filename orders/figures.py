"""The order desk in figures: how much, how many, whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Case, Count, F, Q, Sum, Value, When

from orders.models import STATUS_WORDS, Order, OrderLine

if TYPE_CHECKING:
    from django.db.models import QuerySet

BEST = 10


def summary() -> dict[str, Any]:
    """The figures of ``/api/stats``; five queries. Duplicates sent by mistake count nowhere."""
    orders = Order.objects.counted()
    status = Order.Status
    row = orders.aggregate(
        total=Count("pk"),
        pending=Count("pk", filter=Q(status=status.PENDING)),
        validated=Count("pk", filter=Q(status=status.VALIDATED)),
        rejected=Count("pk", filter=Q(status=status.REJECTED)),
        renewals=Count("pk", filter=Q(is_renewal=True)),
        confidence=Avg("confidence", filter=~Q(method=Order.Method.IMPORT)),
    )
    by_status = {value: row[value] for value in status.values}
    decided = row["validated"] + row["rejected"]
    return {
        "total": row["total"],
        "by_status": by_status,
        "statuts": {STATUS_WORDS[value]: count for value, count in by_status.items()},
        "validation_rate": round(row["validated"] / decided, 4) if decided else None,
        "renewals": row["renewals"],
        "duplicates": Order.objects.filter(duplicate_of__isnull=False).count(),
        "average_confidence": None if row["confidence"] is None else round(row["confidence"], 3),
        "volume": list(_volume(orders)),
        "most_active_customers": _customers(orders),
        "most_ordered_products": list(_products(orders)),
    }


def _volume(orders: QuerySet[Order]) -> QuerySet[Order, Any]:
    """Validated amounts; currencies are never added up."""
    validated = orders.filter(status=Order.Status.VALIDATED, total__isnull=False)
    sums = validated.values("currency").annotate(amount=Sum("total"), orders=Count("pk"))
    return sums.order_by("-amount", "currency")


def _customers(orders: QuerySet[Order]) -> list[dict[str, Any]]:
    known = orders.filter(customer__isnull=False).exclude(status=Order.Status.REJECTED)
    counted = known.values("customer_id", "customer__name", "customer__company")
    rows = counted.annotate(orders=Count("pk")).order_by("-orders", "customer_id")[:BEST]
    return [{name.removeprefix("customer__"): value for name, value in row.items()} for row in rows]


def _products(orders: QuerySet[Order]) -> QuerySet[OrderLine, Any]:
    """Most ordered first; thousands count as pieces, other units stand by themselves."""
    mille = OrderLine.Unit.MILLE
    pieces = Case(When(unit=mille, then=F("quantity") * 1000), default=F("quantity"))
    unit = Case(When(unit=mille, then=Value(OrderLine.Unit.PIECE.value)), default=F("unit"))
    lines = OrderLine.objects.filter(
        order__in=orders.exclude(status=Order.Status.REJECTED), product__isnull=False
    )
    named = lines.values(code=F("product__sku"), name=F("product__name"), counted_in=unit)
    sums = named.annotate(quantity=Sum(pieces), orders=Count("order", distinct=True))
    return sums.order_by("-orders", "-quantity", "code")[:BEST]
