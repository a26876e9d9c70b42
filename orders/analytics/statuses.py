"""How many orders came, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.models import Order

if TYPE_CHECKING:
    from backoffice.core.figures.comparison import Compared
    from orders.analytics.steps import Step
    from orders.analytics.tallies import Tallies

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Statuses:
    """``by_step`` has an entry for every step, those without orders too."""

    total: Compared[int]
    by_status: dict[Status, Compared[int]]
    steps: tuple[Step, ...]
    by_step: dict[Status, tuple[int, ...]]


def by_status(tallies: Tallies) -> Statuses:
    """Received orders by the status they have today."""
    series = {status: [0] * len(tallies.steps) for status in Status}
    for tally in tallies.rows:
        if tally.step:
            series[tally.status][tally.step - 1] += tally.orders
    return Statuses(
        total=tallies.orders(),
        by_status={
            status: tallies.orders(lambda tally, status=status: tally.status == status)  # type: ignore[misc]  # the loop's own
            for status in Status
        },
        steps=tallies.steps,
        by_step={status: tuple(counts) for status, counts in series.items()},
    )
