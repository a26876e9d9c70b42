"""Tickets that came, by day and by category."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from backoffice.core.figures.comparison import Compared
from orders.analytics.steps import Bucket
from support.figures.scope import midnights

if TYPE_CHECKING:
    from support.figures.scope import Scope


@dataclass(frozen=True, slots=True)
class Opened:
    """``by_day`` has an entry for every day of the period."""

    total: Compared[int]
    by_day: tuple[int, ...]
    # By category (None: not understood yet), the most frequent first.
    by_category: dict[int | None, Compared[int]]


def opened(scope: Scope) -> Opened:
    """Tickets by the day of their first message and the category they have today; one query."""
    days = scope.period.days
    rows = (
        scope.tickets()
        .filter(scope.either("opened_at"))
        .annotate(day=Bucket("opened_at", midnights(days)))
        .values_list("day", "category_id")
        .annotate(tickets=Count("pk"))
    )
    by_day = [0] * days.count
    now: Counter[int | None] = Counter()
    before: Counter[int | None] = Counter()
    for day, category_id, tickets in rows:
        if day:
            by_day[day - 1] += tickets
            now[category_id] += tickets
        else:
            before[category_id] += tickets
    ranked = sorted(now | before, key=lambda one: (-now[one], -before[one], one or 0))
    return Opened(
        total=Compared(now.total(), before.total()),
        by_day=tuple(by_day),
        by_category={one: Compared(now[one], before[one]) for one in ranked},
    )
