"""How long customers wait: until the first answer, and until the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q

from backoffice.core.figures.comparison import Rate
from orders.analytics.decisions import Percentile
from orders.analytics.steps import Bucket, moments
from support.figures.scope import during
from support.models import Draft, Ticket

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from django.db.models import Aggregate

    from orders.analytics.steps import Step
    from support.figures.scope import Scope

# Only a ticket nobody has answered yet is answered by the machine: it was the first answer.
_BY_MACHINE = Exists(
    Draft.objects.filter(ticket=OuterRef("pk"), was_automatic=True, status=Draft.Status.SENT)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of ``tickets``; the times are None where there are none."""

    tickets: int
    median: dt.timedelta | None
    p90: dt.timedelta | None


@dataclass(frozen=True, slots=True)
class FirstResponses:
    """From the first message to the first answer, of tickets first answered in the period."""

    all: Waiting
    before: Waiting
    by_person: Waiting
    by_category: dict[int | None, Waiting]
    # For each week of the period.
    by_week: tuple[Waiting, ...]
    # Of those answered first in the period: how many came back since.
    reopened: Rate
    reopened_before: Rate
    # Of them, those the machine had answered.
    reopened_automatic: Rate


def first_responses(scope: Scope, weeks: Sequence[Step]) -> FirstResponses:
    """Nights and weekends included; four queries."""
    now_q = during("first_response_at", scope.period.days)
    before_q = during("first_response_at", scope.period.before)
    came_back = Q(reopened__gt=0)
    row = (
        scope.tickets()
        .filter(now_q | before_q)
        .aggregate(
            **_waits("now_", "first_response_at", now_q),
            **_waits("before_", "first_response_at", before_q),
            now_back=Count("pk", filter=now_q & came_back),
            before_back=Count("pk", filter=before_q & came_back),
        )
    )
    inside = scope.tickets().filter(now_q)
    # In a filter of the sums above it would be looked up anew for each of them.
    by_hand = {
        one["by_machine"]: one
        for one in inside.annotate(by_machine=_BY_MACHINE)
        .values("by_machine")
        .annotate(**_waits("", "first_response_at"), back=Count("pk", filter=came_back))
    }
    by_category = inside.values("category_id").annotate(**_waits("", "first_response_at"))
    by_week = (
        inside.annotate(week=Bucket("first_response_at", moments(weeks)))
        .values("week")
        .annotate(**_waits("", "first_response_at"))
    )
    found = {week["week"]: _waiting(week) for week in by_week}
    machine = by_hand.get(True)
    return FirstResponses(
        all=_waiting(row, "now_"),
        before=_waiting(row, "before_"),
        by_person=_waiting(by_hand[False]) if False in by_hand else NOTHING,
        by_category={one["category_id"]: _waiting(one) for one in by_category},
        by_week=tuple(found.get(place, NOTHING) for place in range(1, len(weeks) + 1)),
        reopened=Rate(row["now_back"], row["now_tickets"]),
        reopened_before=Rate(row["before_back"], row["before_tickets"]),
        reopened_automatic=Rate(machine["back"], _waiting(machine).tickets)
        if machine
        else Rate(0, 0),
    )


@dataclass(frozen=True, slots=True)
class Resolutions:
    """From the first message to the end, of tickets that ended in the period and stayed so."""

    now: Waiting
    before: Waiting
    closed: int


def resolutions(scope: Scope) -> Resolutions:
    """Replied to or closed; one query."""
    now_q = during("ended_at", scope.period.days)
    before_q = during("ended_at", scope.period.before)
    row = (
        scope.tickets()
        .filter(now_q | before_q)
        .aggregate(
            **_waits("now_", "ended_at", now_q),
            **_waits("before_", "ended_at", before_q),
            closed=Count("pk", filter=now_q & Q(outcome=Ticket.Outcome.CLOSED)),
        )
    )
    return Resolutions(_waiting(row, "now_"), _waiting(row, "before_"), row["closed"])


NOTHING = Waiting(0, None, None)


def _waits(prefix: str, until: str, when: Q | None = None) -> dict[str, Aggregate]:
    waited = ExpressionWrapper(F(until) - F("opened_at"), output_field=DurationField())

    def percentile(fraction: float) -> Percentile:
        return Percentile(waited, fraction=fraction, filter=when, output_field=DurationField())

    return {
        f"{prefix}tickets": Count("pk", filter=when),
        f"{prefix}median": percentile(0.5),
        f"{prefix}p90": percentile(0.9),
    }


def _waiting(row: Mapping[str, Any], prefix: str = "") -> Waiting:
    return Waiting(row[f"{prefix}tickets"], row[f"{prefix}median"], row[f"{prefix}p90"])
