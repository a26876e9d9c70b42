"""Offers that deserve a second look: why, and saying that nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from backoffice.core.admin import Done, ReadOnlyModelAdmin, dialog_action, display
from backoffice.core.admin.bulk import bulk_action
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.figures import words
from listings.market import suspicions
from listings.models import Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

Kind = Suspicion.Kind
COLOURS = {
    Kind.CHEAP: "warning",
    Kind.COPIED: "danger",
    Kind.PHOTO: "danger",
    Kind.REFERENCE: "info",
}


class StateFilter(admin.SimpleListFilter):
    """Without a choice those that nobody has looked at."""

    title = pgettext_lazy("suspicions", "state")
    parameter_name = "state"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [("dismissed", _("Dismissed")), ("all", pgettext_lazy("suspicions", "All"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": pgettext_lazy("suspicions", "Open")}

    def queryset(self, _request: HttpRequest, rows: QuerySet[Suspicion]) -> QuerySet[Suspicion]:
        if self.value() == "all":
            return rows
        return rows.filter(dismissed_at__isnull=self.value() != "dismissed")


@admin.register(Suspicion)
class SuspicionAdmin(ReadOnlyModelAdmin):
    list_display = (
        "display_listing",
        "display_kind",
        "display_sentence",
        "display_price",
        "display_trader",
        "display_found",
    )
    list_display_links = None
    list_filter = (
        StateFilter,
        ("kind", ChoicesCheckboxFilter),
        ("listing__trader", AutocompleteSelectFilter),
        ("found_at", DayRangeFilter),
    )
    list_select_related = ("listing", "listing__trader", "dismissed_by")
    search_fields = ("listing__brand", "listing__model", "listing__reference", "listing__text")
    search_help_text = _("Brand, model, reference or words of the offer")
    actions = ("dismiss_all",)
    actions_row: ClassVar = ("dismiss_one",)
    actions_detail: ClassVar = ("dismiss_one",)
    fields = (
        "display_listing",
        "display_kind",
        "display_sentence",
        "display_price",
        "display_trader",
        "found_at",
        "dismissed_at",
        "dismissed_by",
    )
    readonly_fields = fields

    def has_dismiss_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("listings.decide_listing")

    @dialog_action(
        _("Dismiss"),
        permissions=["dismiss"],
        question=_("You looked at this offer and nothing is wrong with it."),
        icon="check",
        url_path="dismiss",
    )
    def dismiss_one(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        suspicions.dismiss(object_id, by=request.user)
        return Done(_("Dismissed."))

    @bulk_action(
        _("Dismiss the selected suspicions"),
        permissions=["dismiss"],
        question=_("You looked at these offers and nothing is wrong with them."),
        done=ngettext_lazy(
            "%(count)d suspicion dismissed.", "%(count)d suspicions dismissed.", "count"
        ),
        submit=_("Dismiss"),
    )
    def dismiss_all(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> None:
        suspicions.dismiss(object_id, by=request.user)

    @display(description=_("listing"), ordering="listing__brand")
    def display_listing(self, suspicion: Suspicion) -> str:
        page = reverse("admin:listings_listing_change", args=[suspicion.listing_id])
        name = suspicion.listing
        return format_html('<a class="text-link" href="{}">{}</a>', page, name)

    @display(description=_("suspicion"), ordering="kind", label=COLOURS)
    def display_kind(self, suspicion: Suspicion) -> tuple[str, str]:
        return suspicion.kind, suspicion.get_kind_display()

    @display(description=_("why"))
    def display_sentence(self, suspicion: Suspicion) -> str:
        text = suspicions.sentence(suspicion)
        other = suspicion.facts.get("listing")
        if not other:
            return text
        page = reverse("admin:listings_listing_change", args=[other])
        return format_html(
            '{} <a class="text-link" href="{}">{}</a>', text, page, _("See that offer")
        )

    @display(description=_("price"), ordering="listing__price_eur")
    def display_price(self, suspicion: Suspicion) -> str:
        listing = suspicion.listing
        if listing.price is None:
            return "–"
        asked = words.about(listing.price, listing.currency)
        return format_html('<span class="whitespace-nowrap">{}</span>', asked)

    @display(description=_("trader"), ordering="listing__trader__name")
    def display_trader(self, suspicion: Suspicion) -> str:
        return str(suspicion.listing.trader or "–")

    @display(description=pgettext_lazy("suspicion", "found"), ordering="found_at")
    def display_found(self, suspicion: Suspicion) -> Any:  # noqa: ANN401 - a moment
        return suspicion.found_at
