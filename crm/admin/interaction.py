"""The contacts with customers: mailings, calls, visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import display
from backoffice.core.admin.filters import DayRangeFilter
from crm.admin.sheets import SheetAdmin
from crm.models import Interaction
from crm.resources import InteractionResource

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Status = Interaction.Status
COLOURS = {
    Status.PLANNED: "info",
    Status.OPENED: "success",
    Status.CLICKED: "success",
    Status.REPLIED: "success",
    Status.BOUNCED: "danger",
    Status.UNSUBSCRIBED: "warning",
}


@admin.register(Interaction)
class InteractionAdmin(SheetAdmin):
    resource_classes: ClassVar = [InteractionResource]
    list_display = ("moment", "customer", "channel", "subject", "campaign", "state", "source")
    list_display_links = ("moment", "subject")
    list_filter = (
        ("occurred_at", DayRangeFilter),
        ("channel", ChoicesCheckboxFilter),
        ("status", ChoicesCheckboxFilter),
        ("customer", AutocompleteSelectFilter),
        "source",
    )
    list_select_related = ("customer",)
    search_fields = ("subject", "campaign", "external_ref", "customer__search_name")
    search_help_text = _("Subject, campaign, reference or customer")
    autocomplete_fields = ("customer",)
    date_hierarchy = "occurred_at"
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("customer", "occurred_at"),
                    ("channel", "status"),
                    ("campaign", "subject"),
                    "response",
                    ("source", "external_ref"),
                )
            },
        ),
    )

    @display(description=_("when"), ordering="occurred_at")
    def moment(self, contact: Interaction) -> str:
        return date_format(localtime(contact.occurred_at), "SHORT_DATETIME_FORMAT")

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, contact: Interaction) -> tuple[str, _StrOrPromise]:
        return contact.status, contact.get_status_display()
