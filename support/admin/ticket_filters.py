"""How the list of tickets is narrowed: whose turn it is, and what stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.models import Draft, Language, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

QUEUE = "queue"


class Queue(SimpleListFilter):
    """Without a choice the open tickets; a search goes through all of them."""

    title = gettext_lazy("queue")
    parameter_name = QUEUE

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return [
            ("mine", _("Assigned to me")),
            ("nobody", _("Assigned to nobody")),
            ("ready", _("Reply ready")),
            ("answered", _("Answered")),
            ("all", _("All tickets")),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """The same words as elsewhere, but "all" is what is open."""
        for choice in super().choices(changelist):
            is_default = choice["query_string"] == changelist.get_query_string(
                remove=[self.parameter_name]
            )
            yield choice | ({"display": _("To answer")} if is_default else {})

    def queryset(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        waiting = tickets.filter(status__in=Ticket.OPEN)
        match self.value():
            case "all":
                return tickets
            case "answered":
                return tickets.exclude(status__in=Ticket.OPEN)
            case "mine":
                return waiting.filter(assignee=request.user.pk)
            case "nobody":
                return waiting.filter(assignee=None)
            case "ready":
                return waiting.filter(drafts__status=Draft.Status.READY)
        return tickets if names_others(request) else waiting


def names_others(request: HttpRequest) -> bool:
    """Whether the address asks for tickets by what may be true of an answered one."""
    given = request.GET
    return bool(given.get(SEARCH_VAR)) or any(
        name.startswith(("status", "customer")) for name in given
    )


class HasAttention(SimpleListFilter):
    """Tickets with something to look at before they are answered."""

    title = gettext_lazy("to check")
    parameter_name = "attention"

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return [("yes", _("Something to check")), ("no", _("Nothing to check"))]

    def queryset(self, _request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        if self.value() == "yes":
            return tickets.exclude(attention="")
        return tickets.filter(attention="") if self.value() == "no" else tickets


class Spoken(SimpleListFilter):
    """By the language the customer writes in."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return list(Language.choices)

    def queryset(self, _request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return tickets.filter(language=self.value()) if self.value() else tickets
