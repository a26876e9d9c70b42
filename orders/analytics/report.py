"""All questions at once: what the page, the command and the weekly mail show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from orders.analytics import (
    ai_costs,
    amounts,
    buyers,
    channels,
    decisions,
    goods,
    reliability,
    statuses,
    tallies,
    touchless,
)

if TYPE_CHECKING:
    import datetime as dt

    from orders.analytics.scope import Scope


@dataclass(frozen=True, slots=True)
class Report:
    scope: Scope
    made_at: dt.datetime
    statuses: statuses.Statuses
    amounts: amounts.Amounts
    channels: tuple[channels.Way, ...]
    goods: goods.Goods
    buyers: tuple[buyers.Buyer, ...]
    decisions: decisions.Decisions
    touchless: touchless.Touchless
    reliability: reliability.Reliability
    ai: ai_costs.AiCosts


def build(scope: Scope) -> Report:
    """The figures of ``scope`` as they are now; ten queries."""
    counted = tallies.count(scope)
    return Report(
        scope=scope,
        made_at=timezone.now(),
        statuses=statuses.by_status(counted),
        amounts=amounts.in_period(counted),
        channels=channels.by_channel(counted),
        goods=goods.ordered(scope),
        buyers=buyers.most_active(scope),
        decisions=decisions.made(scope),
        touchless=touchless.counted(scope),
        reliability=reliability.measured(scope),
        ai=ai_costs.spent(scope.period),
    )
