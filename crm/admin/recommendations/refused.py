"""Products that are not proposed to a customer again, until somebody allows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from backoffice.core.admin import Done, bulk_action, dialog_action, display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.nothing import Nothing, TellingWhyEmpty
from crm.admin.recommendations import nothing
from crm.admin.sheets import SheetAdmin
from crm.models import RefusedProduct
from crm.recommendations.deciding import workflow
from crm.resources.recommendation import RefusedProductResource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


@admin.register(RefusedProduct)
class RefusedProductAdmin(TellingWhyEmpty, SheetAdmin):
    resource_classes: ClassVar = [RefusedProductResource]
    list_display = ("display_customer", "display_product", "reason", "by", "display_day")
    list_display_links = None
    list_select_related = ("customer", "product", "by", "recommendation")
    list_filter = (
        ("product", AutocompleteSelectFilter),
        ("customer", AutocompleteSelectFilter),
        ("at", DayRangeFilter),
    )
    search_fields = ("customer__search_name", "product__name", "product__sku", "reason")
    search_help_text = gettext_lazy("Customer, product, code or reason")
    fields = (("customer", "product"), "reason", ("by", "at"))
    readonly_fields = ("customer", "product", "reason", "by", "at")
    actions = ("allow_selected",)
    actions_row = ("allow",)

    def when_empty(self, request: HttpRequest) -> Nothing | None:
        return nothing.refused(request)

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        """Allowing again is a decision of its own."""
        return False

    def has_allow_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("crm.approve_recommendation")

    @dialog_action(
        gettext_lazy("Allow again"),
        permissions=["allow"],
        question=gettext_lazy("May this product be proposed to this customer again?"),
        icon="undo",
    )
    def allow(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        workflow.allow_again(object_id, by=request.user)
        return Done(_("The product may be proposed to this customer again."))

    @bulk_action(
        gettext_lazy("Allow the selected ones again"),
        permissions=["allow"],
        question=gettext_lazy("May these products be proposed to these customers again?"),
        submit=gettext_lazy("Allow again"),
        done=ngettext_lazy(
            "%(count)d product allowed again.", "%(count)d products allowed again.", "count"
        ),
    )
    def allow_selected(
        self,
        request: StaffRequest,
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        workflow.allow_again(object_id, by=request.user)

    @display(description=gettext_lazy("customer"), ordering="customer__search_name")
    def display_customer(self, row: RefusedProduct) -> str:
        return _link("customer", row.customer_id, row.customer)

    @display(description=gettext_lazy("product"), ordering="product__name")
    def display_product(self, row: RefusedProduct) -> str:
        return _link("product", row.product_id, row.product)

    @display(description=gettext_lazy("when"), ordering="at")
    def display_day(self, row: RefusedProduct) -> str:
        day = date_format(localtime(row.at), "SHORT_DATE_FORMAT")
        if row.recommendation_id is None:
            return day
        page = reverse("admin:crm_recommendation_change", args=[row.recommendation_id])
        title = _("The recommendation it stood on")
        return format_html('<a class="underline" href="{}" title="{}">{}</a>', page, title, day)


def _link(name: str, pk: int, words: object) -> str:
    page = reverse(f"admin:crm_{name}_change", args=[pk])
    return format_html('<a class="underline" href="{}">{}</a>', page, words)
