"""Which way the orders came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.analytics.scope import Origin
from orders.models import Order

if TYPE_CHECKING:
    from orders.analytics.comparison import Compared
    from orders.analytics.tallies import Tallies

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Way:
    origin: Origin
    orders: Compared[int]
    by_status: dict[Status, int]


def by_channel(tallies: Tallies) -> tuple[Way, ...]:
    """Received orders by every way there is, those nobody used too."""
    return tuple(_way(tallies, origin) for origin in Origin)


def _way(tallies: Tallies, origin: Origin) -> Way:
    by_status = dict.fromkeys(Status, 0)
    for tally in tallies.rows:
        if tally.step and tally.origin == origin:
            by_status[tally.status] += tally.orders
    return Way(origin, tallies.orders(lambda tally: tally.origin == origin), by_status)
