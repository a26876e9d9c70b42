"""Who orders most."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, Sum

from backoffice.core.figures.comparison import Compared
from orders.analytics.scope import Scope, during
from orders.models import Order

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from django.db.models import QuerySet

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer's orders that were not rejected; ``amounts`` are those of validated ones."""

    customer_id: int
    name: str
    company: str
    orders: Compared[int]
    last_at: dt.datetime
    amounts: tuple[tuple[str, Decimal], ...]


def most_active(scope: Scope, *, best: int = 10) -> tuple[Buyer, ...]:
    """Customers by orders received in the period; two queries, one where there are none."""
    rows = list(ranked(scope.received()).annotate(last_at=Max("created_at"))[:best])
    before, amounts = _details(scope, [row["customer_id"] for row in rows])
    return tuple(
        Buyer(
            row["customer_id"],
            row["customer__name"],
            row["customer__company"],
            Compared(row["orders"], before[row["customer_id"]]),
            row["last_at"],
            tuple(amounts[row["customer_id"]]),
        )
        for row in rows
    )


def ranked(orders: QuerySet[Order]) -> QuerySet[Order, Any]:
    """The customers of ``orders`` by how many of them were not rejected, the most first."""
    known = orders.filter(customer__isnull=False).exclude(status=Status.REJECTED).order_by()
    counted = known.values("customer_id", "customer__name", "customer__company")
    return counted.annotate(orders=Count("pk")).order_by("-orders", "customer_id")


def _details(
    scope: Scope, customers: list[int]
) -> tuple[Counter[int], dict[int, list[tuple[str, Decimal]]]]:
    """How many orders each had before, and what the period's validated ones come to."""
    now = during("created_at", scope.period.days)
    before = during("created_at", scope.period.before)
    orders = scope.orders().filter(now | before, customer__in=customers)
    priced = now & Q(status=Status.VALIDATED, total__isnull=False)
    rows = (
        orders.exclude(status=Status.REJECTED)
        .values_list("customer_id", "currency")
        .annotate(earlier=Count("pk", filter=before), amount=Sum("total", filter=priced))
    )
    counts: Counter[int] = Counter()
    amounts: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for customer_id, currency, earlier, amount in rows.order_by("currency"):
        counts[customer_id] += earlier
        if amount is not None:
            amounts[customer_id].append((currency, amount))
    return counts, amounts
