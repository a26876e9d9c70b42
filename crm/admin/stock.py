"""How much of what lies where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from backoffice.core.admin.filters import DayRangeFilter
from crm.admin.sheets import SheetAdmin
from crm.models import StockLevel
from crm.resources import StockLevelResource

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class LeftFilter(admin.SimpleListFilter):
    title = _("available")
    parameter_name = "left"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [("some", _("In stock")), ("none", _("Nothing left")), ("below", _("Below zero"))]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[StockLevel],
    ) -> QuerySet[StockLevel]:
        wanted = {"some": {"available__gt": 0}, "none": {"available": 0}}
        wanted["below"] = {"available__lt": 0}
        return queryset.filter(**wanted.get(self.value() or "", {}))


@admin.register(StockLevel)
class StockLevelAdmin(SheetAdmin):
    resource_classes: ClassVar = [StockLevelResource]
    list_display = (
        "product",
        "warehouse",
        "quantity",
        "reserved",
        "available",
        "counted_on",
        "source",
    )
    list_filter = (
        LeftFilter,
        ("warehouse", admin.AllValuesFieldListFilter),
        ("product", AutocompleteSelectFilter),
        ("counted_on", DayRangeFilter),
        "source",
    )
    list_select_related = ("product",)
    search_fields = ("product__sku", "product__name", "warehouse")
    autocomplete_fields = ("product",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("product", "warehouse"),
                    ("quantity", "reserved", "available"),
                    ("counted_on", "source"),
                )
            },
        ),
    )
    readonly_fields = ("available",)
