"""Validated orders count as sales of their customer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from crm import signals
from crm.models import Sale
from orders.models import OrderLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orders.models import Order

SOURCE = "orders"
_RETURNED = "/cancelled"


def record(order: Order, lines: Sequence[OrderLine]) -> None:
    """One sale per line of a validated order; a second call changes nothing.

    Goods that are no product of ours, or were given no quantity, count as no sale. Thousands
    are counted in pieces; kilos, cartons and pallets as ordered.
    """
    if order.customer_id is None or order.decided_at is None:
        return
    sold_on = timezone.localtime(order.decided_at).date()
    Sale.objects.bulk_create(
        [
            Sale(
                customer_id=order.customer_id,
                product_id=line.product_id,
                quantity=pieces(line),
                amount=line.total,
                currency=order.currency,
                sold_on=sold_on,
                source=SOURCE,
                external_ref=f"{order.number}/{line.position + 1}",
            )
            for line in lines
            if line.product_id is not None and line.quantity is not None
        ],
        ignore_conflicts=True,
    )
    _tell([order.customer_id])


def take_back(order: Order) -> None:
    """A return for each sale of the order; a second call changes nothing."""
    found = Sale.objects.filter(source=SOURCE, external_ref__startswith=f"{order.number}/")
    recorded = list(found.exclude(external_ref__endswith=_RETURNED))
    today = timezone.localdate()
    Sale.objects.bulk_create(
        [
            Sale(
                customer_id=sale.customer_id,
                product_id=sale.product_id,
                quantity=-sale.quantity,
                amount=None if sale.amount is None else -sale.amount,
                currency=sale.currency,
                sold_on=today,
                source=SOURCE,
                external_ref=f"{sale.external_ref}{_RETURNED}",
            )
            for sale in recorded
        ],
        ignore_conflicts=True,
    )
    _tell(sorted({sale.customer_id for sale in recorded}))


def pieces(line: OrderLine) -> Decimal:
    """The quantity with thousands counted as pieces."""
    quantity = line.quantity or Decimal(0)
    return quantity * 1000 if line.unit == OrderLine.Unit.MILLE else quantity


def _tell(customer_ids: Sequence[int]) -> None:
    signals.customers_changed.send(sender=Sale, customer_ids=customer_ids)
