"""Rows the alerts' tests start from, and what the alerts then say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from backoffice.messaging import outbox
from backoffice.messaging.models import OutboundMessage
from orders.alerts import recompute
from orders.models import Alert, Order, OrderLine, Severity
from orders.tests import factories as make

if TYPE_CHECKING:
    from crm.models import Customer

# A Monday, ten o'clock in Casablanca.
NOW = dt.datetime(2036, 11, 10, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
Kind = Alert.Kind


def days(count: float) -> dt.timedelta:
    return dt.timedelta(days=count)


def order(*, at: dt.datetime = NOW, **values: Any) -> Order:
    """A pending order without lines that came at ``at``."""
    made: Order = make.OrderFactory.create(**{"total": None, **values})
    Order.objects.filter(pk=made.pk).update(created_at=at)
    return made


def validated(**values: Any) -> Order:
    at = values.get("at", NOW)
    return order(status=Order.Status.VALIDATED, decided_at=at, **values)


def line(
    of: Order, quantity: float | str, *, price: str | None = None, unit: str = "piece", **more: Any
) -> OrderLine:
    made: OrderLine = make.OrderLineFactory.create(
        order=of,
        quantity=Decimal(quantity),
        unit_price=None if price is None else Decimal(price),
        unit=unit,
        total=None,
        **more,
    )
    return made


def history(customer: Customer, *quantities: float, price: str | None = None, **more: Any) -> None:
    """Validated orders of the customer, one each month, the last one a month before ``NOW``."""
    unit = more.pop("unit", "piece")
    for months, quantity in enumerate(reversed(quantities), start=1):
        before = validated(customer=customer, at=NOW - days(30 * months), **more)
        line(before, quantity, price=price, unit=unit)


def run() -> tuple[int, int, int]:
    """Compute all alerts; how many were raised, changed and ended."""
    done = recompute.recompute()
    return done.raised, done.changed, done.ended


def alerts(*kinds: Alert.Kind) -> list[tuple[Alert.Kind, Severity]]:
    """What is not resolved, by kind and severity."""
    rows = Alert.objects.exclude(state=Alert.State.RESOLVED).order_by("kind", "severity")
    return [
        (Kind(row.kind), Severity(row.severity)) for row in rows if not kinds or row.kind in kinds
    ]


def sentence() -> str:
    """What the only alert says."""
    return Alert.objects.get().sentence


def notice(about: Order, status: str, **values: Any) -> OutboundMessage:
    """A message about the order that ended as ``status``."""
    row = outbox.queue_text(
        key=f"test:{OutboundMessage.objects.count()}",
        channel="email",
        recipient="contact@boulangerie-tizi.example",
        body="Votre commande est validée.",
        about=about,
    )
    OutboundMessage.objects.filter(pk=row.pk).update(status=status, **values)
    return row
