"""The one page of rules: what may be proposed and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backoffice.core.admin import ModelAdmin
from crm.models import RecommendationRules
from crm.recommendations import rules

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ONLY = "1"


@admin.register(RecommendationRules)
class RecommendationRulesAdmin(ModelAdmin):
    """The list is the form of the one row; it is there with its defaults before anybody saves."""

    fieldsets = (
        (_("How much"), {"fields": (("top", "families"), "consent")}),
        (
            _("What is left out"),
            {"fields": (("bought_within_days", "price_factor"),)},
        ),
        (
            _("When"),
            {
                "fields": (("stale_days", "horizon_days"), "updated_at"),
                "description": _(
                    "Products that are archived, out of stock everywhere or refused for the"
                    " customer are never proposed, whatever stands here. Changed rules count from"
                    " the next making on; every customer is looked at again then."
                ),
            },
        ),
    )
    readonly_fields = ("updated_at",)

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> RecommendationRules | None:
        """Unsaved where nobody edited it yet: as runs take it."""
        if object_id == ONLY:
            return rules.current()
        return super().get_object(request, object_id, from_field)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        # The form comes back to this address anyway; there is no list to count.
        shown = {"cl": None, "show_save_and_continue": False, **(extra_context or {})}
        return self.change_view(request, ONLY, extra_context=shown)

    def response_post_save_change(self, request: HttpRequest, obj: object) -> HttpResponseRedirect:  # noqa: ARG002 - Django's signature
        return HttpResponseRedirect(reverse("admin:crm_recommendationrules_changelist"))
