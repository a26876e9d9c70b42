"""One pass over the orders of two periods, from which several answers are added up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from backoffice.core.figures.comparison import Compared
from orders.analytics.scope import ORIGIN, Origin, Scope, during
from orders.analytics.steps import Bucket, Step, moments, steps_of
from orders.models import Order

if TYPE_CHECKING:
    from collections.abc import Callable

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Tally:
    """Orders that have all of this in common; ``step`` counts from 1, 0 is the period before."""

    step: int
    origin: Origin
    status: Status
    currency: str
    orders: int
    # What the orders with a total come to.
    amount: Decimal
    without_amount: int


@dataclass(frozen=True, slots=True)
class Tallies:
    steps: tuple[Step, ...]
    rows: tuple[Tally, ...]

    def orders(self, wanted: Callable[[Tally], bool] = lambda _tally: True) -> Compared[int]:
        """How many orders came, in the period and before."""
        counts = [0, 0]
        for tally in filter(wanted, self.rows):
            counts[tally.step == 0] += tally.orders
        return Compared(counts[0], counts[1])

    def amount(self, wanted: Callable[[Tally], bool]) -> Compared[Decimal]:
        """What they come to; ``wanted`` must choose one currency."""
        sums = [Decimal(0), Decimal(0)]
        for tally in filter(wanted, self.rows):
            sums[tally.step == 0] += tally.amount
        return Compared(sums[0], sums[1])


def count(scope: Scope) -> Tallies:
    """The orders received in the period and in the one before; one query."""
    steps = steps_of(scope.period.days)
    either = during("created_at", scope.period.days) | during("created_at", scope.period.before)
    rows = (
        scope.orders()
        .filter(either)
        .annotate(step=Bucket("created_at", moments(steps)), origin=ORIGIN)
        .values_list("step", "origin", "status", "currency")
        .annotate(
            orders=Count("pk"), amount=Sum("total", default=Decimal(0)), priced=Count("total")
        )
    )
    found = (
        Tally(step, Origin(origin), Status(status), currency, orders, amount, orders - priced)
        for step, origin, status, currency, orders, amount, priced in rows
    )
    return Tallies(steps, tuple(found))
