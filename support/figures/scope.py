"""Which tickets a question is about: a period, the way they came, what they are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.figures.period import ONE_DAY, Days, Period, midnight
from backoffice.messaging.models import Channel
from orders.analytics.steps import Step
from support.models import Category, Draft, Ticket, TicketEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

NOT_MERGED = ~Q(outcome=Ticket.Outcome.MERGED)


@dataclass(frozen=True, slots=True)
class Scope:
    """``channel`` empty and ``category_id`` None: all of them."""

    period: Period
    channel: str = ""
    category_id: int | None = None

    def tickets(self) -> QuerySet[Ticket]:
        """Of this channel and category, whenever they came; without merged ones."""
        return Ticket.objects.filter(NOT_MERGED, self._narrowed()).order_by()

    def drafts(self) -> QuerySet[Draft]:
        """Drafts of such tickets; an answer stays one when its ticket is merged later."""
        return Draft.objects.filter(self._narrowed("ticket__")).order_by()

    def events(self) -> QuerySet[TicketEvent]:
        return TicketEvent.objects.filter(self._narrowed("ticket__")).order_by()

    def either(self, field: str) -> Q:
        """In the period or in the one before it."""
        return during(field, self.period.days) | during(field, self.period.before)

    def _narrowed(self, prefix: str = "") -> Q:
        found: dict[str, Any] = {}
        if self.channel:
            found[f"{prefix}channel"] = self.channel
        if self.category_id is not None:
            found[f"{prefix}category"] = self.category_id
        return Q(**found)


def scope_of(period: Period, *, channel: str = "", category: Category | None = None) -> Scope:
    """The scope by what people chose; ``DomainError`` for a channel there is not."""
    if channel and channel not in Channel.values:
        raise DomainError(
            _("There is no channel “%(value)s”: choose one of %(known)s.")
            % {"value": channel, "known": ", ".join(Channel.values)},
            code="unknown_channel",
            field="channel",
            value=channel,
        )
    return Scope(period, channel, category.pk if category else None)


def during(field: str, days: Days) -> Q:
    return Q(**{f"{field}__gte": days.start, f"{field}__lt": days.end})


def midnights(days: Days) -> list[dt.datetime]:
    """When each day begins: what :class:`~orders.analytics.steps.Bucket` counts by."""
    return [midnight(days.first + number * ONE_DAY) for number in range(days.count)]


def weeks_of(days: Days) -> tuple[Step, ...]:
    """The weeks that ``days`` touch, Monday to Sunday; the first and the last may be cut short."""
    first, found = days.first, []
    while first <= days.last:
        found.append(Step(first, "week"))
        first += dt.timedelta(days=7 - first.weekday())
    return tuple(found)


def by_step(counts: Sequence[int], days: Days, steps: Sequence[Step]) -> tuple[int, ...]:
    """Counts of single days, added up for every step."""
    begins = [(step.first - days.first).days for step in steps]
    ends = [*begins[1:], days.count]
    return tuple(sum(counts[begin:end]) for begin, end in zip(begins, ends, strict=True))
