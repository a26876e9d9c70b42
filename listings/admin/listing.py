"""The market as a list, as a table or as cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesCheckboxFilter,
    RangeNumericFilter,
)

from backoffice.core.admin import ImportExportAdmin, display
from backoffice.core.admin.filters import DayRangeFilter
from listings.admin import listing_rows, listing_search
from listings.admin.listing_bulk import ListingBulk
from listings.admin.listing_filters import BrandFilter, IsComplete, Queue, queue_tabs
from listings.admin.listing_form import ListingPage
from listings.admin.listing_rows import PREFETCH, RELATED, STATUS_COLOURS, TYPE_COLOURS
from listings.market import view
from listings.models import Listing
from listings.sheets.listing_sheet import ListingResource

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

# How the list is shown: kept for the person, since no filter of the list.
LOOK = "look"
LOOKS = ("table", "cards")
EXCERPT = 90


@admin.register(Listing)
class ListingAdmin(ListingPage, ListingBulk, ImportExportAdmin):
    resource_classes: ClassVar = [ListingResource]
    change_list_template = "admin/listings/listing/change_list.html"
    list_before_template = "admin/listings/listing/queues.html"
    list_display = (
        "display_watch",
        "display_type",
        "display_price",
        "display_place",
        "display_trader",
        "display_offered",
        "display_status",
    )
    list_filter = (
        Queue,
        ("type", ChoicesCheckboxFilter),
        BrandFilter,
        ("price_eur", RangeNumericFilter),
        ("condition", ChoicesCheckboxFilter),
        ("year", RangeNumericFilter),
        ("offered_at", DayRangeFilter),
        ("trader", AutocompleteSelectFilter),
        IsComplete,
        ("reader", ChoicesCheckboxFilter),
        ("status", ChoicesCheckboxFilter),
    )
    list_select_related = RELATED
    list_prefetch_related: ClassVar = PREFETCH
    list_filter_sheet = True
    # Read by the search box alone: see get_search_results.
    search_fields = ("reference_key",)
    search_help_text = gettext_lazy(
        "As in the search: “submariner under 9000”, a reference, words of the message, or #12"
    )

    class Media:
        css: ClassVar = {"all": ["listings/listing.css"]}
        js: ClassVar = ["listings/listing.js"]

    def has_add_permission(self, *_request: object) -> bool:
        """Listings come from messages and from files."""
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        """They are hidden: what was counted stays counted."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also by the customer of their trader: the customer's page leads here."""
        if lookup == "trader__customer__id__exact":
            return True
        return super().lookup_allowed(lookup, value, request)

    # --- the list ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if LOOK in request.GET:
            return _keep_look(request)
        look = request.session.get(f"listings-{LOOK}", LOOKS[0])
        context = {"queue_tabs": queue_tabs(request), "look": look, "look_links": _looks(request)}
        answer: HttpResponse = super().changelist_view(
            request, {**context, **(extra_context or {})}
        )
        return answer

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        """With the place of each listing of the page in its market, in a few queries for all."""
        changes = super().get_changelist_instance(request)
        rows = list(changes.result_list)
        changes.result_list = rows
        changes.cards = listing_rows.cards(rows)
        by_id = {card.listing.pk: card for card in changes.cards}
        for row in rows:
            row.card = by_id[row.pk]
        return changes

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The best first, unless a column's heading was clicked or a field asks for a few."""
        if not search_term.strip():
            return queryset, False
        return listing_search.found(request, queryset, search_term), False

    @display(description=gettext_lazy("Watch"), ordering="brand")
    def display_watch(self, listing: Listing) -> str:
        words = " ".join(listing.text.split())
        short = words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1]}…"
        warning = _("Suspicious") if listing.card.suspicions else ""  # type: ignore[attr-defined]
        mark = '<span class="material-symbols-outlined listing-warn" title="{}">warning</span> '
        return format_html(
            '<span class="listing-first" dir="auto">{}{}</span>'
            '<span class="listing-second" dir="auto">{}</span>',
            format_html(mark, warning) if warning else "",
            listing,
            short,
        )

    @display(description=gettext_lazy("Type"), ordering="type", label=TYPE_COLOURS)
    def display_type(self, listing: Listing) -> tuple[str, str]:
        return listing.type, listing.get_type_display()

    @display(description=gettext_lazy("Price"), ordering="price_eur")
    def display_price(self, listing: Listing) -> str:
        return format_html(
            '<span class="listing-first">{}</span><span class="listing-second">{}</span>',
            listing.card.price,  # type: ignore[attr-defined]
            listing.card.euros,  # type: ignore[attr-defined]
        )

    @display(description=pgettext_lazy("listing", "Market"))
    def display_place(self, listing: Listing) -> str:
        card: listing_rows.Card = listing.card  # type: ignore[attr-defined]
        if not card.place:
            return "–"
        title = _("Against the median of %(days)d days") % {"days": view.DAYS}
        return format_html(
            '<span class="listing-place" data-tone="{}" title="{}">{}</span>',
            card.tone,
            title,
            card.place,
        )

    @display(description=gettext_lazy("Trader"), ordering="trader__name")
    def display_trader(self, listing: Listing) -> str:
        return str(listing.trader or "–")

    @display(description=gettext_lazy("Offered"), ordering="offered_at")
    def display_offered(self, listing: Listing) -> Any:  # noqa: ANN401 - as Django shows moments
        return listing.offered_at

    @display(description=gettext_lazy("Status"), ordering="status", label=STATUS_COLOURS)
    def display_status(self, listing: Listing) -> tuple[str, str]:
        words = listing.get_status_display()
        if listing.status == Listing.Status.LIVE and listing.reviewed_at:
            words = _("confirmed")
        return listing.status, words


def _keep_look(request: HttpRequest) -> HttpResponse:
    """Remember how the person wants the list, and show it so."""
    wanted = request.GET.get(LOOK, "")
    if wanted in LOOKS:
        request.session[f"listings-{LOOK}"] = wanted
    rest = request.GET.copy()
    del rest[LOOK]
    query = rest.urlencode()
    return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)


def _looks(request: HttpRequest) -> dict[str, str]:
    links = {}
    for look in LOOKS:
        given = request.GET.copy()
        given[LOOK] = look
        links[look] = f"?{given.urlencode()}"
    return links
