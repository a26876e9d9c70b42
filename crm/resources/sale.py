"""Sales as columns of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Reference, Text
from crm.models import Product, Sale
from crm.resources.references import column, known_customers, reference

if TYPE_CHECKING:
    import tablib
    from django.db.models import QuerySet


class SaleResource(Resource):
    """``customer`` is a key, an e-mail address, a telephone number or an exact name."""

    source = Field("source", "source", Text())
    external_ref = Field("external_ref", "external_ref", Text())
    customer = Field(
        "customer",
        "customer",
        Reference("", gettext_lazy("“%(value)s” is no customer: give a key, an e-mail or a name.")),
    )
    product = Field(
        "product", "product", Reference("sku", gettext_lazy("“%(value)s” is not a product code."))
    )
    quantity = Field("quantity", "quantity", Number())
    unit = Field("unit", "unit", Text())
    bottles = Field("bottles", "bottles", Number())
    unit_price = Field("unit_price", "unit_price", Number())
    amount = Field("amount", "amount", Number())
    cost = Field("cost", "cost", Number())
    # Total less cost: the database works it out.
    margin = Field("margin", "margin", Number(), readonly=True)
    currency = Field("currency", "currency", Text(upper=True))
    document = Field("document", "document", Text())
    channel = Field("channel", "channel", Text())
    sold_on = Field("sold_on", "sold_on", Day())

    class Meta:
        model = Sale
        import_id_fields = ("source", "external_ref")
        fields = (
            "source",
            "external_ref",
            "customer",
            "product",
            "quantity",
            "unit",
            "bottles",
            "unit_price",
            "amount",
            "cost",
            "margin",
            "currency",
            "document",
            "channel",
            "sold_on",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Sale], **_options: object) -> QuerySet[Sale]:
        return queryset.select_related("product", "customer").prefetch_related(
            "customer__identities"
        )

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        self.fields["product"].widget.known = {
            row.sku: row for row in Product.objects.filter(sku__in=column(dataset, "product"))
        }
        self.fields["customer"].widget.known = known_customers(column(dataset, "customer"))

    def dehydrate_customer(self, sale: Sale) -> str:
        return reference(sale.customer)
