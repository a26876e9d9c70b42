"""The leads: the worklist of whom to call, and the page of one with what made the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from backoffice.core.admin import ReadOnlyModelAdmin
from scoring.models import LeadScore

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(LeadScore)
class LeadScoreAdmin(ReadOnlyModelAdmin):
    list_display = ("customer", "score", "segment", "expected_value", "last_contact_on")
    list_select_related = ("customer",)
    search_fields = ("customer__search_name",)
    ordering = ("-expected_value", "customer")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.may(request, "view")
