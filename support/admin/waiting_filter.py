"""Open tickets by how long they have waited, as the figures count it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin import SimpleListFilter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.figures.backlog import AGES, waiting_conditions
from support.figures.links import WAITS
from support.models import Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise


class Waits(SimpleListFilter):
    """A choice shows open tickets only."""

    title = _("waiting for")
    parameter_name = WAITS

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return [(name, label) for name, label, _end in AGES]

    def queryset(self, _request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        names = [name for name, _label, _end in AGES]
        if self.value() not in names:
            return tickets
        condition = waiting_conditions(timezone.now())[names.index(str(self.value()))]
        return tickets.filter(condition, status__in=Ticket.OPEN)
