"""Which way the orders came, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from orders.analytics.scope import Origin
from orders.models import Order

if TYPE_CHECKING:
    from backoffice.core.figures.comparison import Compared
    from orders.analytics.tallies import Tallies

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Way:
    origin: Origin
    orders: Compared[int]
    by_status: dict[Status, int]
    # Of the validated ones, each currency by itself.
    amounts: tuple[tuple[str, Decimal], ...]


def by_channel(tallies: Tallies) -> tuple[Way, ...]:
    """Received orders by every way there is, those nobody used too."""
    return tuple(_way(tallies, origin) for origin in Origin)


def _way(tallies: Tallies, origin: Origin) -> Way:
    by_status = dict.fromkeys(Status, 0)
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for tally in tallies.rows:
        if not tally.step or tally.origin != origin:
            continue
        by_status[tally.status] += tally.orders
        if tally.status == Status.VALIDATED and tally.orders > tally.without_amount:
            amounts[tally.currency] += tally.amount
    orders = tallies.orders(lambda tally: tally.origin == origin)
    return Way(origin, orders, by_status, tuple(sorted(amounts.items())))
