"""What went wrong: answers that came back undelivered, categories that people corrected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, Q, Value, When

from backoffice.core.figures.comparison import Compared, Rate
from support.figures.scope import during
from support.models import Ticket, TicketEvent

if TYPE_CHECKING:
    from support.figures.scope import Scope

Kind = TicketEvent.Kind
_COUNTED = (Kind.BOUNCED, Kind.REOPENED, Kind.CLOSED)


@dataclass(frozen=True, slots=True)
class Happened:
    """Events of the period; ``closed_by`` counts the closings of each person."""

    bounced: Compared[int]
    reopened: Compared[int]
    closed: Compared[int]
    closed_by: dict[int, int]


def happened(scope: Scope) -> Happened:
    """Replies that were not delivered, tickets that came back or were closed; one query."""
    rows = (
        scope.events()
        .filter(scope.either("at"), kind__in=_COUNTED)
        .annotate(is_now=Case(When(during("at", scope.period.days), then=Value(1)), default=0))
        .values_list("kind", "is_now", "actor_id")
        .annotate(events=Count("pk"))
    )
    counts: Counter[tuple[str, int]] = Counter()
    closed_by: Counter[int] = Counter()
    for kind, is_now, actor_id, events in rows:
        counts[kind, is_now] += events
        if kind == Kind.CLOSED and is_now and actor_id is not None:
            closed_by[actor_id] += events
    found = {kind: Compared(counts[kind, 1], counts[kind, 0]) for kind in _COUNTED}
    return Happened(found[Kind.BOUNCED], found[Kind.REOPENED], found[Kind.CLOSED], dict(closed_by))


@dataclass(frozen=True, slots=True)
class Mistake:
    """Tickets that the machine took for ``proposed_id`` and a person for ``decided_id``."""

    proposed_id: int
    decided_id: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of tickets that a person ended in the period: how often the category had been right."""

    right: Rate
    by_category: dict[int, Rate]
    # The most frequent first.
    mistakes: tuple[Mistake, ...]


def classified(scope: Scope) -> Accuracy:
    """The machine's category beside the one that stands at the end; one query.

    What the machine answered by itself nobody has looked at, and is not counted.
    """
    proposed = Case(
        When(proposed_category__isnull=False, then="proposed_category_id"),
        When(~Q(category_method=Ticket.Method.PERSON), then="category_id"),
    )
    rows = (
        scope.tickets()
        .filter(during("ended_at", scope.period.days), category__isnull=False)
        .exclude(status=Ticket.Status.AUTOMATIC)
        .annotate(proposed=proposed)
        .filter(proposed__isnull=False)
        .values_list("proposed", "category_id")
        .annotate(tickets=Count("pk"))
    )
    hits: Counter[int] = Counter()
    totals: Counter[int] = Counter()
    mistakes = []
    for proposed_id, decided_id, tickets in rows:
        totals[proposed_id] += tickets
        if proposed_id == decided_id:
            hits[proposed_id] += tickets
        else:
            mistakes.append(Mistake(proposed_id, decided_id, tickets))
    mistakes.sort(key=lambda row: (-row.tickets, row.proposed_id, row.decided_id))
    return Accuracy(
        right=Rate(hits.total(), totals.total()),
        by_category={one: Rate(hits[one], totals[one]) for one in sorted(totals)},
        mistakes=tuple(mistakes),
    )
