"""Who could meet whom: the worklist, and the page of one match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.admin import display
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from listings.admin import listing_rows, match_page
from listings.admin.match_decisions import MatchDecisions
from listings.admin.match_filters import (
    BrandFilter,
    DeliveryFilter,
    ScoreFilter,
    StateFilter,
    not_delivered,
)
from listings.matching import contacting, reasons, workflow
from listings.matching.drafts import SIDES
from listings.models import Match

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from listings.models import Listing

State = Match.State
STATE_COLOURS = {
    State.PROPOSED: "warning",
    State.CONTACTED: "info",
    State.DONE: "success",
    State.DISMISSED: "",
    State.GONE: "danger",
}


@admin.register(Match)
class MatchAdmin(MatchDecisions):
    list_display = (
        "display_score",
        "display_wanted",
        "display_offer",
        "display_why",
        "display_state",
        "display_found",
    )
    list_filter = (
        StateFilter,
        ScoreFilter,
        BrandFilter,
        DeliveryFilter,
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("wanted__trader", "sale__trader")
    search_fields = (
        "wanted__brand",
        "wanted__model",
        "wanted__reference",
        "sale__model",
        "sale__reference",
        "wanted__trader__name",
        "sale__trader__name",
    )
    search_help_text = gettext_lazy("Brand, model, reference, or the name of a trader")

    class Media:
        css: ClassVar = {"all": ["listings/listing.css", "listings/match.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        rows: QuerySet[Match] = super().get_queryset(request)
        return rows.annotate(is_undelivered=not_delivered())

    # --- the page ---

    def change_view(
        self,
        request: StaffRequest,  # type: ignore[override]
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Both sides beside each other; a post writes to one of them."""
        match = match_page.rows().filter(pk=id_in(object_id)).first()
        if not self.has_view_permission(request, match):
            raise PermissionDenied
        if match is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        typed: dict[str, str] = {}
        if request.method == "POST":
            answer = self._write(request, match, typed)
            if answer is not None:
                return answer
            match = match_page.rows().get(pk=match.pk)
        actions = self.get_actions_detail(request, match.pk)  # type: ignore[attr-defined]
        shown = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            **match_page.context(request, match, typed),
            "dialogs": match_page.dialogs(actions, match),
            "opts": self.opts,
            "media": self.media,
            "title": _("Match"),
        }
        return TemplateResponse(request, "admin/listings/match/page.html", shown)

    def _write(
        self, request: StaffRequest, match: Match, typed: dict[str, str]
    ) -> HttpResponse | None:
        """Write to the side whose button was pressed; None keeps what was typed on the page."""
        side = next((name for name in SIDES if request.POST.get("side") == name), None)
        if side is None or not request.user.has_perm(workflow.CONTACT):
            raise PermissionDenied
        body = request.POST.get("body", "")
        try:
            if "template" in request.POST:
                contacting.write_template(match.pk, side, by=request.user)
            else:
                contacting.write(match.pk, side, body, by=request.user)
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
            typed[side] = body
            return None
        told = (
            _("The message to the buyer is on its way.")
            if side == "buyer"
            else _("The message to the seller is on its way.")
        )
        messages.success(request, told)
        page = reverse("admin:listings_match_change", args=[match.pk])
        return HttpResponseRedirect(page)

    # --- the list ---

    @display(description=gettext_lazy("Score"), ordering="score")
    def display_score(self, match: Match) -> str:
        return format_html(
            '<span class="match-score" data-tone="{}">{}</span>',
            match_page.score_tone(match.score),
            match.score,
        )

    @display(description=pgettext_lazy("match", "Wanted"), ordering="wanted__brand")
    def display_wanted(self, match: Match) -> str:
        return _two_lines(match.wanted)

    @display(description=pgettext_lazy("match", "Offered"), ordering="sale__price_eur")
    def display_offer(self, match: Match) -> str:
        return _two_lines(match.sale)

    @display(description=gettext_lazy("Why"))
    def display_why(self, match: Match) -> str:
        return format_html('<span class="match-why">{}</span>', reasons.in_short(match.reasons))

    @display(description=gettext_lazy("State"), label={**STATE_COLOURS, "undelivered": "danger"})
    def display_state(self, match: Match) -> tuple[str, str]:
        if match.is_undelivered and match.state in Match.OPEN:  # type: ignore[attr-defined]
            return "undelivered", _("not delivered")
        return match.state, match.get_state_display()

    @display(description=pgettext_lazy("match", "Found"), ordering="created_at")
    def display_found(self, match: Match) -> str:
        return date_format(localtime(match.created_at), "SHORT_DATETIME_FORMAT")


def _two_lines(listing: Listing) -> str:
    """The watch and its price, then who wrote it."""
    return format_html(
        '<span class="listing-first" dir="auto">{}</span>'
        '<span class="listing-second">{} · <span dir="auto">{}</span></span>',
        listing,
        listing_rows.price(listing),
        listing.trader or "–",
    )
