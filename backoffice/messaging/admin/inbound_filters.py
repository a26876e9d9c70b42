"""By what the messages received are chosen: their desk, and what they were read to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import CheckboxFilter

from backoffice.messaging import desks, kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from backoffice.messaging.models import InboundMessage


def desk_choices() -> list[tuple[str, str]]:
    return [(desk.name, str(desk.label)) for desk in desks.all_desks()]


class DeskFilter(CheckboxFilter):  # type: ignore[misc]
    title = gettext_lazy("desk")
    parameter_name = "desk"

    def lookups(self, *_args: object) -> list[tuple[str, str]]:
        return desk_choices()

    def queryset(
        self, _request: HttpRequest, queryset: QuerySet[InboundMessage]
    ) -> QuerySet[InboundMessage]:
        chosen = self.value()
        return queryset.filter(desk__in=chosen) if chosen else queryset


class KindFilter(CheckboxFilter):  # type: ignore[misc]
    """Price requests, complaints and the like are found by what they were read to be."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, *_args: object) -> list[tuple[str, str]]:
        return list(kinds.choices())

    def queryset(
        self, _request: HttpRequest, queryset: QuerySet[InboundMessage]
    ) -> QuerySet[InboundMessage]:
        chosen = self.value()
        return queryset.filter(kind__in=chosen) if chosen else queryset
