"""Hand-made histories for the figures: orders on given days, decided and touched or not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.core.figures import period
from orders.analytics import report, scope
from orders.models import FieldOutcome, Order, OrderEvent
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from orders.analytics.report import Report
    from orders.analytics.scope import Scope

# A Monday; at that time Morocco is an hour ahead of UTC.
TODAY = dt.date(2026, 4, 20)


def local(
    month: int, day: int, hour: int = 12, minute: int = 0, *, year: int = 2026
) -> dt.datetime:
    """A moment on the company's clock."""
    return timezone.make_aware(
        dt.datetime.combine(dt.date(year, month, day), dt.time(hour, minute))
    )


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


def in_april(origin: str = "") -> Scope:
    """1 to 20 April, compared with 12 to 31 March."""
    days = period.custom(dt.date(2026, 4, 1), TODAY, today=TODAY)
    return scope.Scope(days, scope.origin_of(origin))


def april(origin: str = "") -> Report:
    return report.build(in_april(origin))


def placed(at: dt.datetime, **values: Any) -> Order:
    """An order that came ``at``; with a ``status`` it was decided an hour later."""
    if values.get("status", "pending") != "pending":
        values.setdefault("decided_at", at + dt.timedelta(hours=1))
    if values.get("status") == "rejected":
        values.setdefault("rejection_reason", "Rupture de stock")
    values.setdefault("method", Order.Method.RULES)
    order = make.OrderFactory.create(**values)
    Order.objects.filter(pk=order.pk).update(created_at=at)
    return order


def decided_after(wait: dt.timedelta, *, at: dt.datetime | None = None, **values: Any) -> Order:
    """A validated order whose message had waited so long."""
    decided_at = at or local(4, 10)
    message = make.MessageFactory.create()
    type(message).objects.filter(pk=message.pk).update(received_at=decided_at - wait)
    values = {"status": "validated", "method": "rules", **values}
    return placed(decided_at - wait, message=message, decided_at=decided_at, **values)


def edited(
    order: Order, changes: dict[str, Any], *, by: User | None = None, kind: str = "edited"
) -> None:
    """An edit half an hour before the decision."""
    event = OrderEvent.objects.create(order=order, kind=kind, actor=by, changes=changes)
    at = (order.decided_at or timezone.now()) - dt.timedelta(minutes=30)
    OrderEvent.objects.filter(pk=event.pk).update(at=at)


def line(**values: Any) -> dict[str, Any]:
    """A line as an event's snapshot keeps it."""
    return {
        "product_id": 1,
        "description": "Sachets",
        "quantity": "5000",
        "unit": "piece",
        "unit_price": "0.19",
        "total": "950",
        "attributes": {},
        **values,
    }


def outcome(order: Order, field: str, confidence: float | None, *, kept: bool) -> None:
    FieldOutcome.objects.create(
        order=order,
        field=field,
        confidence=confidence,
        was_kept=kept,
        decided_at=order.decided_at or timezone.now(),
    )


def many_validated(count: int, **values: Any) -> list[Order]:
    """Orders validated in April in one go."""
    rows = [
        Order(
            number=f"N-{number:06}",
            status="validated",
            decided_at=local(4, 10),
            method=values.get("method", Order.Method.RULES),
            confidence=0.9,
            total=Decimal(100),
            currency="MAD",
            channel="email",
        )
        for number in range(count)
    ]
    Order.objects.bulk_create(rows)
    Order.objects.update(created_at=local(4, 10))
    return list(Order.objects.order_by("pk"))
