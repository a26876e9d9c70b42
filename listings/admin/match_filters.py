"""How the list of matches is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from backoffice.core.admin.ids import id_in
from backoffice.messaging.models import OutboundMessage
from listings.matching import reposts, written
from listings.models import Brand, Match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest

    BaseDropdown = SimpleListFilter
else:
    BaseDropdown = DropdownFilter

State = Match.State


class StateFilter(SimpleListFilter):
    """Those that are open, unless asked for others; of an offer posted again the newest only."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, Any]]:
        return [
            *((state.value, state.label) for state in State),
            ("all", pgettext("matches", "All")),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The same words as elsewhere, but without a choice it is what is open."""
        without = changelist.get_query_string(remove=[self.parameter_name])
        for choice in super().choices(changelist):
            is_default = choice["query_string"] == without
            yield {**choice, "display": pgettext("matches", "Open")} if is_default else choice

    def queryset(self, _request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        if self.value() == "all":
            return matches
        if self.value() in State.values:
            matches = matches.filter(state=self.value())
            return reposts.folded(matches) if self.value() == State.PROPOSED else matches
        return reposts.folded(matches.filter(state__in=Match.OPEN))


class ScoreFilter(SimpleListFilter):
    title = gettext_lazy("score")
    parameter_name = "least"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, Any]]:
        told = _("%(score)d and more")
        return [(str(score), told % {"score": score}) for score in (90, 75, 60)]

    def queryset(self, _request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        least = id_in(self.value())
        return matches.filter(score__gte=least) if least and least <= 100 else matches  # noqa: PLR2004 - the best score


class BrandFilter(BaseDropdown):
    """By a maker of the catalogue."""

    title = gettext_lazy("brand")
    parameter_name = "brand"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, str]]:
        names = Brand.objects.filter(is_active=True).order_by("name")
        return [(name, name) for name in names.values_list("name", flat=True)]

    def queryset(self, _request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        return matches.filter(sale__brand=self.value()) if self.value() else matches


class DeliveryFilter(SimpleListFilter):
    """What became of what was written to the two sides."""

    title = pgettext_lazy("matches", "messages")
    parameter_name = "messages"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, Any]]:
        return [("failed", _("Not delivered")), ("none", _("Nobody was written to"))]

    def queryset(self, _request: HttpRequest, matches: QuerySet[Match]) -> QuerySet[Match]:
        if self.value() == "failed":
            return matches.filter(not_delivered())
        if self.value() == "none":
            return matches.filter(~Exists(_messages()))
        return matches


def not_delivered() -> Exists:
    """Whether a message about the match could not be delivered."""
    return Exists(_messages().filter(status__in=written.BAD))


def of_trader(trader_id: int) -> Q:
    return Q(wanted__trader=trader_id) | Q(sale__trader=trader_id)


def _messages() -> QuerySet[OutboundMessage]:
    kind = ContentType.objects.get_for_model(Match)
    return OutboundMessage.objects.filter(about_type=kind, about_id=OuterRef("pk"))
