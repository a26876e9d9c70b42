from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from backoffice.core.admin import ImportExportAdmin
from backoffice.core.admin.filters import DayRangeFilter
from crm.models import Sale
from crm.resources import SaleResource


@admin.register(Sale)
class SaleAdmin(ImportExportAdmin):
    resource_classes: ClassVar = [SaleResource]
    list_display = (
        "sold_on",
        "customer",
        "product",
        "quantity",
        "amount",
        "currency",
        "source",
        "external_ref",
    )
    list_display_links = ("sold_on", "external_ref")
    list_filter = (
        ("sold_on", DayRangeFilter),
        ("customer", AutocompleteSelectFilter),
        ("product", AutocompleteSelectFilter),
        "source",
    )
    list_select_related = ("customer", "product")
    search_fields = ("external_ref", "customer__search_name", "product__name")
    autocomplete_fields = ("customer", "product")
    date_hierarchy = "sold_on"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("customer", "product"),
                    ("quantity", "amount", "currency"),
                    ("sold_on", "source", "external_ref"),
                )
            },
        ),
    )
