"""What people decided, and how long the messages waited for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
)

from backoffice.core.figures.comparison import Compared, Rate
from orders.analytics.scope import ORIGIN, Origin, Scope, during
from orders.models import Order, OrderEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

Status = Order.Status


class Percentile(Aggregate):
    """The value below which ``fraction`` of all values lie; between two, the point between."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: object, *, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=fraction, **extra)


# Of a cancelled order ``decided_at`` is the day its customer took it back: nobody waited until it.
_WAITED = Q(message__isnull=False, cancelled__isnull=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """From message received to decision, of ``orders`` that came by a message.

    Without those that their customers cancelled.
    """

    orders: int
    median: dt.timedelta | None
    p90: dt.timedelta | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """``rate`` is validated out of decided; imported orders were not decided here."""

    validated: Compared[int]
    rejected: Compared[int]
    rate: Rate
    rate_before: Rate
    waiting: Waiting
    waiting_before: Waiting
    by_origin: dict[Origin, Waiting]


def made(scope: Scope) -> Decisions:
    """Decisions of the period, whenever the orders came; two queries."""
    now = during("decided_at", scope.period.days)
    before = during("decided_at", scope.period.before)
    decided = scope.orders().exclude(method=Order.Method.IMPORT).filter(now | before)
    # Nobody can cancel twice: the join gives no order twice.
    is_cancelling = Q(events__kind=OrderEvent.Kind.CANCELLED)
    orders = decided.annotate(cancelled=FilteredRelation("events", condition=is_cancelling))
    row = orders.aggregate(
        **{f"now_{name}": value for name, value in _figures(now).items()},
        **{f"before_{name}": value for name, value in _figures(before).items()},
    )
    origins = orders.filter(now & _WAITED).annotate(origin=ORIGIN).values("origin")
    return Decisions(
        validated=Compared(row["now_validated"], row["before_validated"]),
        rejected=Compared(row["now_rejected"], row["before_rejected"]),
        rate=_rate(row, "now"),
        rate_before=_rate(row, "before"),
        waiting=_waiting(row, "now_"),
        waiting_before=_waiting(row, "before_"),
        by_origin={
            Origin(found["origin"]): _waiting(found)
            for found in origins.annotate(**_waits(Q())).order_by("origin")
        },
    )


def _figures(when: Q) -> dict[str, Aggregate]:
    return {
        "validated": Count("pk", filter=when & Q(status=Status.VALIDATED)),
        "rejected": Count("pk", filter=when & Q(status=Status.REJECTED)),
        **_waits(when),
    }


def _waits(when: Q) -> dict[str, Aggregate]:
    waited = ExpressionWrapper(
        F("decided_at") - F("message__received_at"), output_field=DurationField()
    )
    came = when & _WAITED
    return {
        "waited": Count("message", filter=came),
        "median": Percentile(waited, fraction=0.5, filter=came, output_field=DurationField()),
        "p90": Percentile(waited, fraction=0.9, filter=came, output_field=DurationField()),
    }


def _rate(row: Mapping[str, Any], when: str) -> Rate:
    validated = row[f"{when}_validated"]
    return Rate(validated, validated + row[f"{when}_rejected"])


def _waiting(row: Mapping[str, Any], when: str = "") -> Waiting:
    return Waiting(row[f"{when}waited"], row[f"{when}median"], row[f"{when}p90"])
