"""Recommendations as columns of a sheet, to look at elsewhere; and what customers refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Reference, Text
from crm.models import Product, Question, Recommendation, RefusedProduct
from crm.resources.cells import Moment
from crm.resources.references import column, known_customers, reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.db.models import QuerySet


class RecommendationResource(Resource):
    """One row per recommendation; nothing of it can be imported, decisions are made on its page."""

    number = Field("pk", "number", Number())
    customer = Field("customer", "customer")
    name = Field("customer", "name")
    segment = Field("segment", "segment", Text())
    status = Field("status", "status", Text())
    confidence = Field("confidence", "confidence", Number())
    quality = Field("quality", "quality", Number())
    repeat_algorithm = Field("repeat_algorithm", "repeat_algorithm", Text())
    repeat_products = Field(column_name="repeat_products")
    new_algorithm = Field("new_algorithm", "new_algorithm", Text())
    new_products = Field(column_name="new_products")
    created_at = Field("created_at", "created_at", Moment())
    decided_by = Field("decided_by", "decided_by")
    decided_at = Field("decided_at", "decided_at", Moment())
    rejection = Field("rejection", "rejection", Text())
    rejection_note = Field("rejection_note", "rejection_note", Text())
    rating = Field("rating", "rating", Number())
    contacted_at = Field("contacted_at", "contacted_at", Moment())
    contact_channel = Field("contact_channel", "contact_channel", Text())
    campaign = Field("campaign", "campaign", Text())
    bought_on = Field("bought_on", "bought_on", Day())

    class Meta:
        model = Recommendation
        fields = (
            "number",
            "customer",
            "name",
            "segment",
            "status",
            "confidence",
            "quality",
            "repeat_algorithm",
            "repeat_products",
            "new_algorithm",
            "new_products",
            "created_at",
            "decided_by",
            "decided_at",
            "rejection",
            "rejection_note",
            "rating",
            "contacted_at",
            "contact_channel",
            "campaign",
            "bought_on",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Recommendation], **_options: object) -> object:
        rows = queryset.select_related("customer", "decided_by")
        return rows.prefetch_related("customer__identities", "products__product")

    def dehydrate_customer(self, row: Recommendation) -> str:
        return reference(row.customer)

    def dehydrate_name(self, row: Recommendation) -> str:
        return str(row.customer)

    def dehydrate_repeat_products(self, row: Recommendation) -> str:
        return _codes(row, Question.REPEAT)

    def dehydrate_new_products(self, row: Recommendation) -> str:
        return _codes(row, Question.NEW)

    def dehydrate_decided_by(self, row: Recommendation) -> str:
        return str(row.decided_by or "")


class RefusedProductResource(Resource):
    """What is not proposed to whom; found again by customer and product."""

    customer = Field(
        "customer",
        "customer",
        Reference("", gettext_lazy("“%(value)s” is no customer: give a key, an e-mail or a name.")),
    )
    product = Field(
        "product", "product", Reference("sku", gettext_lazy("“%(value)s” is not a product code."))
    )
    reason = Field("reason", "reason", Text())

    class Meta:
        model = RefusedProduct
        import_id_fields = ("customer",)
        fields = ("customer", "product", "reason")
        export_order = fields

    def filter_export(self, queryset: QuerySet[RefusedProduct], **_options: object) -> object:
        rows = queryset.select_related("customer", "product")
        return rows.prefetch_related("customer__identities")

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        customers = known_customers(column(dataset, "customer"))
        products = Product.objects.filter(sku__in=column(dataset, "product"))
        self.fields["customer"].widget.known = customers
        self.fields["product"].widget.known = {row.sku: row for row in products}
        rows = RefusedProduct.objects.filter(customer__in=customers.values())
        self.known = {(row.customer_id, row.product_id): row for row in rows}

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> RefusedProduct | None:
        customer, product = (self.fields[name].clean(row) for name in ("customer", "product"))
        if customer is None or product is None:
            raise ValueError(_("Write a customer and the code of a product."))
        return self.known.get((customer.pk, product.pk))

    def after_save_instance(
        self, instance: RefusedProduct, *_row: object, **_options: object
    ) -> None:
        self.known[instance.customer_id, instance.product_id] = instance

    def dehydrate_customer(self, row: RefusedProduct) -> str:
        return reference(row.customer)


def _codes(row: Recommendation, question: Question) -> str:
    """The products of a list by their codes, the first one first."""
    listed = [one for one in row.products.all() if one.question == question and one.rank]
    return "; ".join(one.product.sku for one in sorted(listed, key=lambda one: one.rank or 0))
