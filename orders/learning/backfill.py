"""Learning from orders that were decided before there was learning, or loaded in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from orders.learning import facts, habits, outcomes, proposed, vocabulary
from orders.models import FieldOutcome, Order

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        with transaction.atomic():
            facts.one_at_a_time()
            report.compared += _compare(orders)
            for order in orders:
                lines = list(order.lines.all())
                before = proposed.of(order, lines, order.events.all())
                if before is not None:
                    vocabulary.learn(order, lines, before)
            habits.rebuild(order.customer_id for order in orders if order.customer_id)
        report.orders += len(orders)
    return report


def _batches() -> Iterator[list[Order]]:
    validated = Order.objects.filter(status=Order.Status.VALIDATED).order_by("pk")
    details = validated.select_related("customer").prefetch_related("lines__product", "events")
    last = 0
    while orders := list(details.filter(pk__gt=last)[:CHUNK]):
        yield orders
        last = orders[-1].pk


def _compare(orders: list[Order]) -> int:
    """Write the outcomes of those that have none; how many they are."""
    done = set(FieldOutcome.objects.filter(order__in=orders).values_list("order_id", flat=True))
    found: list[FieldOutcome] = []
    count = 0
    for order in orders:
        before = proposed.of(order, list(order.lines.all()), order.events.all())
        if before is not None and order.pk not in done:
            found += outcomes.rows(order, before)
            count += 1
    FieldOutcome.objects.bulk_create(found, ignore_conflicts=True)
    return count
