"""The shop's orders: imported, looked up, and mended by hand where the shop was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from backoffice.core.admin import ImportExportAdmin
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.errors import DomainError
from support import shop_orders
from support.models import ShopOrder
from support.resources import ShopOrderResource

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[ShopOrder]
else:
    BaseForm = forms.ModelForm


class ShopOrderForm(BaseForm):
    class Meta:
        model = ShopOrder
        fields = ("number", "customer", "email", "customer_name", "currency", "items")

    def clean_number(self) -> str:
        return shop_orders.number_of(self.cleaned_data["number"])

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_items(self) -> str:
        return shop_orders.items_of(self.cleaned_data["items"])

    def clean_currency(self) -> str:
        try:
            return shop_orders.currency_of(self.cleaned_data["currency"])
        except DomainError as error:
            raise forms.ValidationError(str(error.sentence), code=error.code) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        email = cleaned.get("email", "")
        if email and not cleaned.get("customer"):
            cleaned["customer"] = shop_orders.owners_of([email]).get(email)
        return cleaned


@admin.register(ShopOrder)
class ShopOrderAdmin(ImportExportAdmin):
    resource_classes: ClassVar = [ShopOrderResource]
    form = ShopOrderForm
    list_display = (
        "number",
        "ordered_on",
        "customer_name",
        "email",
        "status",
        "delivery_date",
        "total",
        "currency",
        "tracking_number",
    )
    list_filter = (
        ("status", admin.AllValuesFieldListFilter),
        ("ordered_on", DayRangeFilter),
        ("delivery_date", DayRangeFilter),
        ("customer", AutocompleteSelectFilter),
    )
    search_fields = ("number", "email", "customer_name", "tracking_number")
    autocomplete_fields = ("customer",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "status"),
                    ("email", "customer_name"),
                    "customer",
                    ("ordered_on", "delivery_date"),
                    ("total", "currency"),
                    "items",
                    ("carrier", "tracking_number"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
