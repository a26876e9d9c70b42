"""A product: its prices, a wine's attributes, and how much of it lies where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Sum
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from backoffice.core.admin import TabularInline, display
from backoffice.core.errors import DomainError
from crm import attributes
from crm.admin.sheets import SheetAdmin
from crm.canonical import ATTRIBUTES
from crm.models import Product, StockLevel
from crm.resources import ProductResource

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    BaseProductForm = forms.ModelForm[Product]
else:
    BaseProductForm = forms.ModelForm

PREFIX = "wine_"


class ProductForm(BaseProductForm):
    """With a field for each attribute that wines have; what else there is stays as JSON."""

    class Meta:
        model = Product
        fields = (
            "sku",
            "name",
            "category",
            "price_segment",
            "description",
            "barcode",
            "unit",
            "list_price",
            "cost_price",
            "currency",
            "bottles",
            "synonyms",
            "is_active",
            "attributes",
        )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        held = self.instance.attributes or {}
        self.initial["attributes"] = attributes.others(held)
        if "attributes" in self.fields:
            self.fields["attributes"].label = _("Other attributes")
        for field in attributes.FIELDS:
            if PREFIX + field.name in self.fields:
                self.initial[PREFIX + field.name] = attributes.as_text(held.get(field.name))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        held = dict(cleaned.get("attributes") or {})
        for field in attributes.FIELDS:
            given = cleaned.get(PREFIX + field.name)
            try:
                value = attributes.parse(field, given)
            except DomainError as error:
                self.add_error(PREFIX + field.name, str(error.sentence))
            else:
                held = attributes.put(held, field.name, value)
        if "attributes" in cleaned:
            cleaned["attributes"] = held
        return cleaned


def _field(name: str) -> forms.CharField:
    field = attributes.BY_NAME[name]
    help_text = _("Separated by semicolons.") if field.many else ""
    label = capfirst(field.label)
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=UnfoldAdminTextInputWidget()
    )


class StockInline(TabularInline):
    model = StockLevel
    verbose_name_plural = _("stock per warehouse")
    fields = ("warehouse", "quantity", "reserved", "available", "counted_on", "source")
    readonly_fields = fields
    hide_title = True
    can_delete = False
    max_num = 0

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object) -> bool:
        return False


@admin.register(Product)
class ProductAdmin(SheetAdmin):
    resource_classes: ClassVar = [ProductResource]
    form = type(
        "ProductFormWithAttributes",
        (ProductForm,),
        {PREFIX + name: _field(name) for name in ATTRIBUTES},
    )
    list_display = (
        "name",
        "sku",
        "category",
        "list_price",
        "currency",
        "bottles",
        "in_stock",
        "is_active",
    )
    list_filter = ("is_active", "category", "price_segment")
    search_fields = ("sku", "name", "synonyms", "category", "barcode")
    search_help_text = _("Name, code, barcode, other name or category")
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
                    ("category", "price_segment", "barcode"),
                    "description",
                    "is_active",
                )
            },
        ),
        (
            _("Price and unit"),
            {
                "fields": (
                    ("list_price", "cost_price", "currency"),
                    ("unit", "bottles"),
                )
            },
        ),
        (
            _("Wine"),
            {
                "fields": (
                    (PREFIX + "appellation", PREFIX + "region"),
                    (PREFIX + "colour", PREFIX + "vintage", PREFIX + "alcohol"),
                    (PREFIX + "grape_varieties", PREFIX + "aromas"),
                    (PREFIX + "body", PREFIX + "tannins", PREFIX + "sugar"),
                    "attributes",
                )
            },
        ),
    )
    inlines = (StockInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """With what is available in all warehouses, for the list."""
        rows: QuerySet[Product] = super().get_queryset(request)
        return rows.annotate(left=Sum("stock_levels__available"))

    @display(description=_("in stock"), ordering="left")
    def in_stock(self, product: Product) -> str:
        left = getattr(product, "left", None)
        return "" if left is None else str(number_format(left.normalize(), use_l10n=True))
