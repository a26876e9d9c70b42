"""How the list of tickets is narrowed: whose turn it is, and what stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from support.models import Draft, Language, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

QUEUE = "queue"
QUEUES: tuple[tuple[str, _StrOrPromise], ...] = (
    ("open", gettext_lazy("To answer")),
    ("mine", gettext_lazy("Assigned to me")),
    ("nobody", gettext_lazy("Assigned to nobody")),
    ("ready", gettext_lazy("Reply ready")),
    ("answered", gettext_lazy("Answered")),
    ("all", gettext_lazy("All tickets")),
)


class Queue(SimpleListFilter):
    """Without a choice the open tickets; a search goes through all of them."""

    title = gettext_lazy("queue")
    parameter_name = QUEUE

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return list(QUEUES[1:])

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The same words as elsewhere, but "all" is what is open."""
        for choice in super().choices(changelist):
            is_default = choice["query_string"] == changelist.get_query_string(
                remove=[self.parameter_name]
            )
            yield {**choice, "display": QUEUES[0][1]} if is_default else choice

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
                return waiting.filter(Exists(_ready_drafts()))
        return tickets if names_others(request) else waiting


def names_others(request: HttpRequest) -> bool:
    """Whether the address asks for tickets by what may be true of an answered one."""
    given = request.GET
    return bool(given.get(SEARCH_VAR)) or any(
        name.startswith(("status", "customer")) for name in given
    )


def queue_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The queues as links over the list, with how many wait in each; one query."""
    waiting = Ticket.objects.open()
    numbers: dict[str, int | None] = waiting.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(assignee=request.user.pk)),
        nobody=Count("pk", filter=Q(assignee=None)),
        ready=Count("pk", filter=Exists(_ready_drafts())),
    )
    chosen = request.GET.get(QUEUE, "open")
    return [
        {
            "title": title,
            "link": f"?{QUEUE}={key}" if key != "open" else "?",
            "number": numbers.get(key),
            "is_chosen": key == chosen and (key != "open" or not names_others(request)),
        }
        for key, title in QUEUES
    ]


def _ready_drafts() -> QuerySet[Draft]:
    return Draft.objects.filter(ticket=OuterRef("pk"), status=Draft.Status.READY)


class HasAttention(SimpleListFilter):
    """Tickets with something to look at before they are answered."""

    title = pgettext_lazy("filter", "to check")
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
