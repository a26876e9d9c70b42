from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db import models
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import ImportExportAdmin
from crm.models import Product
from crm.resources import ProductResource


@admin.register(Product)
class ProductAdmin(ImportExportAdmin):
    resource_classes: ClassVar = [ProductResource]
    list_display = ("name", "sku", "category", "unit", "list_price", "currency", "is_active")
    list_filter = ("is_active", "category")
    search_fields = ("sku", "name", "synonyms", "category")
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "sku"),
                    "synonyms",
                    ("category", "unit"),
                    "description",
                    "is_active",
                )
            },
        ),
        ("", {"fields": (("list_price", "currency"), "attributes")}),
    )
