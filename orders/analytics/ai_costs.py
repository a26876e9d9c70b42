"""What calls of OpenAI cost, from the ledger; of all desks, whatever way orders came."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from backoffice.core.figures.comparison import Compared
from backoffice.core.figures.period import Days, Period, midnight
from backoffice.core.models import AiCall
from orders.analytics.scope import during
from orders.analytics.steps import Bucket, Step, moments, months_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTHS = 12
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Purpose:
    """``failed`` calls brought no answer; they may have cost all the same."""

    name: str
    calls: int
    failed: int
    cost: Compared[Decimal]


@dataclass(frozen=True, slots=True)
class AiCosts:
    """US dollars: in the period, and in whole months up to its end."""

    total: Compared[Decimal]
    purposes: tuple[Purpose, ...]
    months: tuple[Step, ...]
    by_month: tuple[Decimal, ...]


def spent(period: Period) -> AiCosts:
    """Costs of the period by purpose, and of the twelve months that end with it; one query."""
    months = _months(period)
    rows = _rows(period, months)
    by_month = [ZERO] * len(months)
    purposes: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["month"]:
            by_month[row["month"] - 1] += row["cost"]
        purposes[row["purpose"]].append(row)
    found = [_purpose(name, group) for name, group in purposes.items()]
    found = [purpose for purpose in found if purpose.calls or purpose.cost.before]
    return AiCosts(
        total=Compared(
            sum((purpose.cost.now for purpose in found), ZERO),
            sum((purpose.cost.before for purpose in found), ZERO),
        ),
        purposes=tuple(sorted(found, key=lambda row: (-row.cost.now, row.name))),
        months=months,
        by_month=tuple(by_month),
    )


def _months(period: Period) -> tuple[Step, ...]:
    last = period.days.last
    year_ago = (last.replace(day=1) - dt.timedelta(days=31 * (MONTHS - 1) - MONTHS)).replace(day=1)
    return months_of(Days(min(year_ago, period.days.first), last))[-MONTHS:]


def _rows(period: Period, months: tuple[Step, ...]) -> list[Mapping[str, Any]]:
    now, before = during("created_at", period.days), during("created_at", period.before)
    since = min(midnight(months[0].first), period.before.start, period.days.start)
    calls = AiCall.objects.filter(created_at__gte=since, created_at__lt=period.days.end)
    grouped = calls.order_by().annotate(month=Bucket("created_at", moments(months)))
    failed = now & ~Q(outcome=AiCall.Outcome.OK)
    return list(
        grouped.values("purpose", "month").annotate(
            calls=Count("pk", filter=now),
            failed=Count("pk", filter=failed),
            cost=Sum("cost_usd", default=ZERO),
            now=Sum("cost_usd", filter=now, default=ZERO),
            before=Sum("cost_usd", filter=before, default=ZERO),
        )
    )


def _purpose(name: str, rows: list[Mapping[str, Any]]) -> Purpose:
    return Purpose(
        name,
        sum(row["calls"] for row in rows),
        sum(row["failed"] for row in rows),
        Compared(
            sum((row["now"] for row in rows), ZERO), sum((row["before"] for row in rows), ZERO)
        ),
    )
