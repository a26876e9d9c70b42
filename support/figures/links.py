"""Addresses of the list of tickets, narrowed to those that a figure counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import urlencode

from backoffice.core import tiles
from support.models import Ticket

if TYPE_CHECKING:
    from support.figures.scope import Scope

# The filter of the list that knows the ages of the backlog.
WAITS = "waits"
# Merged tickets are in no figure.
_COUNTED = {"outcome__in": ",replied,closed"}


def opened(scope: Scope, **narrowed: str | int) -> str:
    """Tickets whose first message came in the period."""
    days = scope.period.days
    between = {"opened_at__gte": days.start.isoformat(), "opened_at__lt": days.end.isoformat()}
    return _list(scope, {**between, **_COUNTED, **narrowed})


def answered_first(scope: Scope, **narrowed: str | int) -> str:
    """Tickets that got their first answer in the period."""
    days = scope.period.days
    between = {
        "first_response_at__gte": days.start.isoformat(),
        "first_response_at__lt": days.end.isoformat(),
    }
    return _list(scope, {**between, **_COUNTED, **narrowed})


def ended(scope: Scope, **narrowed: str | int) -> str:
    days = scope.period.days
    between = {"ended_at__gte": days.start.isoformat(), "ended_at__lt": days.end.isoformat()}
    return _list(scope, {**between, **_COUNTED, **narrowed})


def waiting(scope: Scope, **narrowed: str | int) -> str:
    return _list(scope, {"status__in": ",".join(Ticket.OPEN), **narrowed})


def of_category(category_id: int | None) -> dict[str, str | int]:
    if category_id is None:
        return {"category__isnull": "1"}
    return {"category__id__exact": category_id}


def _list(scope: Scope, query: dict[str, str | int]) -> str:
    if scope.channel:
        query = {"channel__exact": scope.channel, **query}
    if scope.category_id is not None:
        query = {"category__id__exact": scope.category_id, **query}
    # Else only open tickets are listed.
    return tiles.list_link("support.ticket", f"?{urlencode({'queue': 'all', **query})}")
