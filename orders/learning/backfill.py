"""Learning from orders that were decided before there was learning, or loaded in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from orders.learning import facts, habits, outcomes, proposed, vocabulary
from orders.models import FieldOutcome, Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orders.learning.proposed import Proposed

CHUNK = 200


@dataclass(slots=True)
class Report:
    """How many validated orders were read through, and how many of them compared anew."""

    orders: int = 0
    compared: int = 0


def run() -> Report:
    """Learn from all validated orders; safe to repeat and to interrupt.

    Goes by batches, the oldest order first, each in a transaction of its own. What an order
    taught before is not taught twice.
    """
    report = Report()
    for orders in _batches():
        read = _read(orders)
        with transaction.atomic():
            facts.one_at_a_time()
            report.compared += _compare(read)
            for order, before in read:
                vocabulary.learn(order, list(order.lines.all()), before)
            habits.rebuild(order.customer_id for order in orders if order.customer_id)
        report.orders += len(orders)
    return report


def _batches() -> Iterator[list[Order]]:
    validated = Order.objects.filter(status=Order.Status.VALIDATED).order_by("pk")
    details = validated.select_related("customer").prefetch_related(
        "lines__product", "events", "change_requests"
    )
    last = 0
    while orders := list(details.filter(pk__gt=last)[:CHUNK]):
        yield orders
        last = orders[-1].pk


def _read(orders: list[Order]) -> list[tuple[Order, Proposed]]:
    """Those that a machine had read, with what was proposed for them."""
    found = ((order, proposed.of(order, list(order.lines.all()))) for order in orders)
    return [(order, before) for order, before in found if before is not None]


def _compare(read: list[tuple[Order, Proposed]]) -> int:
    """Write the outcomes of those that have none; how many they are."""
    done = FieldOutcome.objects.filter(order__in=[order for order, _before in read])
    known = set(done.values_list("order_id", flat=True))
    new = [(order, before) for order, before in read if order.pk not in known]
    rows = [row for order, before in new for row in outcomes.rows(order, before)]
    FieldOutcome.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)
