"""What orders come to, each currency by itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from orders.models import Order

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from backoffice.core.figures.comparison import Compared
    from orders.analytics.tallies import Tallies

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Amount:
    """``validated`` orders, beside what ``pending`` ones may add; ``currency`` may be unknown."""

    currency: str
    validated: Compared[Decimal]
    pending: Decimal
    orders: int
    # Validated, for every step of the period.
    by_step: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """The largest first; ``unknown`` validated orders of the period name no amount."""

    by_currency: tuple[Amount, ...]
    unknown: int


def in_period(tallies: Tallies) -> Amounts:
    """Amounts of the orders received in the period, by the status they have today."""
    priced = [tally for tally in tallies.rows if tally.orders > tally.without_amount]
    currencies = {tally.currency for tally in priced if tally.status != Status.REJECTED}
    found = [_amount(tallies, currency) for currency in currencies]
    unknown = sum(
        tally.without_amount
        for tally in tallies.rows
        if tally.step and tally.status == Status.VALIDATED
    )
    return Amounts(
        tuple(sorted(found, key=lambda row: (-row.validated.now, -row.pending, row.currency))),
        unknown,
    )


def validated(orders: QuerySet[Order]) -> list[tuple[str, Decimal, int]]:
    """(currency, amount, orders) of the validated ones among them, the largest first; one query."""
    known = orders.filter(status=Status.VALIDATED, total__isnull=False).order_by()
    sums = known.values_list("currency").annotate(amount=Sum("total"), orders=Count("pk"))
    return list(sums.order_by("-amount", "currency"))


def _amount(tallies: Tallies, currency: str) -> Amount:
    rows = [tally for tally in tallies.rows if tally.currency == currency]
    steps = [Decimal(0)] * len(tallies.steps)
    orders, pending = 0, Decimal(0)
    for tally in rows:
        if tally.step and tally.status == Status.VALIDATED:
            steps[tally.step - 1] += tally.amount
            orders += tally.orders - tally.without_amount
        elif tally.step and tally.status == Status.PENDING:
            pending += tally.amount
    compared = tallies.amount(
        lambda tally: tally.currency == currency and tally.status == Status.VALIDATED
    )
    return Amount(currency, compared, pending, orders, tuple(steps))
