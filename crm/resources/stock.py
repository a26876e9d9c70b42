"""Stock levels as columns of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Reference, Text
from crm.models import Product, StockLevel
from crm.resources.references import column

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.db.models import QuerySet


class StockLevelResource(Resource):
    """Found again by product, warehouse and source; what is available works itself out."""

    product = Field(
        "product", "product", Reference("sku", gettext_lazy("“%(value)s” is not a product code."))
    )
    warehouse = Field("warehouse", "warehouse", Text())
    quantity = Field("quantity", "quantity", Number())
    reserved = Field("reserved", "reserved", Number(), saves_null_values=False)
    available = Field("available", "available", Number(), readonly=True)
    counted_on = Field("counted_on", "counted_on", Day())
    source = Field("source", "source", Text())

    class Meta:
        model = StockLevel
        import_id_fields = ("product",)
        fields = (
            "product",
            "warehouse",
            "quantity",
            "reserved",
            "available",
            "counted_on",
            "source",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[StockLevel], **_options: object) -> object:
        return queryset.select_related("product")

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        codes = column(dataset, "product")
        self.fields["product"].widget.known = {
            row.sku: row for row in Product.objects.filter(sku__in=codes)
        }
        levels = StockLevel.objects.filter(product__sku__in=codes).select_related("product")
        self.known = {(level.product_id, level.warehouse, level.source): level for level in levels}

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> StockLevel | None:
        product = self.fields["product"].clean(row)
        if product is None:
            raise ValueError(_("product: write the code of a product."))
        warehouse, source = (Text().clean(row.get(name)) for name in ("warehouse", "source"))
        return self.known.get((product.pk, warehouse, source))

    def after_save_instance(self, instance: StockLevel, *_row: object, **_options: object) -> None:
        self.known[instance.product_id, instance.warehouse, instance.source] = instance
