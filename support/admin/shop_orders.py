"""The shop's orders: imported, looked up, and mended by hand where the shop was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import ImportExportAdmin, display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.errors import DomainError
from support.models import ShopOrder
from support.order_lookup import shop_orders
from support.sheets.resources import ShopOrderResource

if TYPE_CHECKING:
    import datetime as dt

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
        "display_number",
        "display_ordered_on",
        "display_customer",
        "status",
        "display_delivery",
        "display_articles",
        "display_total",
    )
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 4})}
    }
    list_filter = (
        ("status", admin.AllValuesFieldListFilter),
        ("ordered_on", DayRangeFilter),
        ("delivery_date", DayRangeFilter),
        ("customer", AutocompleteSelectFilter),
    )
    search_fields = ("number", "email", "customer_name", "tracking_number")
    search_help_text = _("Number, customer, e-mail or tracking number")
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

    @display(description=_("order number"), ordering="number")
    def display_number(self, order: ShopOrder) -> str:
        return format_html('<span class="whitespace-nowrap">{}</span>', order.number)

    @display(description=_("ordered on"), ordering="ordered_on")
    def display_ordered_on(self, order: ShopOrder) -> str:
        return _day(order.ordered_on)

    @display(description=_("customer"), ordering="customer_name", header=True)
    def display_customer(self, order: ShopOrder) -> list[str]:
        return [order.customer_name or order.email, order.email if order.customer_name else ""]

    @display(description=_("delivery date"), ordering="delivery_date")
    def display_delivery(self, order: ShopOrder) -> str:
        return _day(order.delivery_date)

    @display(description=_("articles"))
    def display_articles(self, order: ShopOrder) -> str:
        return ", ".join(order.items.splitlines())

    @display(description=_("total"), ordering="total")
    def display_total(self, order: ShopOrder) -> str:
        if order.total is None:
            return "–"
        amount = f"{number_format(order.total, 2)} {order.currency}"
        return format_html('<span class="whitespace-nowrap">{}</span>', amount)


def _day(day: dt.date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"
