"""What was sold to whom, with what it brought."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from backoffice.core.admin import display
from backoffice.core.admin.filters import DayRangeFilter
from crm.admin.sheets import SheetAdmin
from crm.models import Sale
from crm.resources import SaleResource

PERCENT = Decimal(100)


@admin.register(Sale)
class SaleAdmin(SheetAdmin):
    resource_classes: ClassVar = [SaleResource]
    list_display = (
        "sold_on",
        "customer",
        "product",
        "quantity",
        "bottles",
        "amount",
        "currency",
        "margin",
        "channel",
        "document",
        "source",
        "external_ref",
    )
    list_display_links = ("sold_on", "external_ref")
    list_filter = (
        ("sold_on", DayRangeFilter),
        ("customer", AutocompleteSelectFilter),
        ("product", AutocompleteSelectFilter),
        ("channel", admin.AllValuesFieldListFilter),
        "source",
    )
    list_select_related = ("customer", "product")
    search_fields = ("external_ref", "document", "customer__search_name", "product__name")
    search_help_text = _("Document, reference, customer or product")
    autocomplete_fields = ("customer", "product")
    date_hierarchy = "sold_on"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("customer", "product"),
                    ("quantity", "unit", "bottles"),
                    ("unit_price", "amount", "currency"),
                    ("cost", "margin", "margin_share"),
                    ("sold_on", "document", "channel"),
                    ("source", "external_ref"),
                )
            },
        ),
    )
    readonly_fields = ("margin", "margin_share")

    @display(description=_("margin (%)"))
    def margin_share(self, sale: Sale) -> str:
        """Of the total; nothing where there is no total."""
        if sale.margin is None or not sale.amount:
            return "–"
        share = sale.margin / sale.amount * PERCENT
        return f"{number_format(share.quantize(Decimal('0.1')))} %"
