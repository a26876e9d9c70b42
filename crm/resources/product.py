"""Products as columns of a sheet; a wine's attributes each in a column of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Json, Number, Text, YesNo
from crm import attributes as wine
from crm.canonical import ATTRIBUTES
from crm.models import Product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.canonical import CanonicalField

    class BaseField:
        attribute: str
        column_name: str

        def __init__(self, **_options: object) -> None: ...
else:
    BaseField = Field


class NamesField(BaseField):
    """Other names of a product in one cell, separated by semicolons; on its page one per line."""

    def __init__(self) -> None:
        super().__init__(attribute="synonyms", column_name="synonyms", widget=Text())

    def clean(self, row: Mapping[str, object], **_options: object) -> str:
        parts = re.split(r"[;\n]+", Text().clean(row[self.column_name]))
        return "\n".join(part.strip() for part in parts if part.strip())

    def export(self, instance: Product, **_options: object) -> str:
        return "; ".join(instance.other_names)


class AttributeField(BaseField):
    """One of the attributes that wines have."""

    def __init__(self, known: CanonicalField) -> None:
        super().__init__(attribute=f"attributes_{known.name}", column_name=known.name)
        self.known = known

    def clean(self, row: Mapping[str, object], **_options: object) -> Any:  # noqa: ANN401 - of any kind
        try:
            return wine.parse(self.known, row[self.column_name])
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error

    def save(
        self, instance: Product, row: Mapping[str, object], *_m2m: object, **_options: object
    ) -> None:
        instance.attributes = wine.put(instance.attributes, self.known.name, self.clean(row))

    def get_value(self, instance: Product) -> Any:  # noqa: ANN401 - as above
        return instance.attributes.get(self.known.name)

    def export(self, instance: Product, **_options: object) -> str:
        return wine.as_text(self.get_value(instance))


class OtherAttributesField(BaseField):
    """The attributes that have no column, as JSON; those that have one stay as they are."""

    def __init__(self) -> None:
        super().__init__(attribute="attributes", column_name="attributes", widget=Json())

    def clean(self, row: Mapping[str, object], **_options: object) -> dict[str, Any]:
        return Json().clean(row[self.column_name])

    def save(
        self, instance: Product, row: Mapping[str, object], *_m2m: object, **_options: object
    ) -> None:
        kept = {name: value for name, value in instance.attributes.items() if name in ATTRIBUTES}
        instance.attributes = kept | self.clean(row)

    def get_value(self, instance: Product) -> dict[str, Any]:
        return wine.others(instance.attributes)

    def export(self, instance: Product, **_options: object) -> str:
        return Json().render(self.get_value(instance))


class ProductResource(Resource):
    """Found again by their code."""

    sku = Field("sku", "sku", Text())
    name = Field("name", "name", Text())
    synonyms = NamesField()
    category = Field("category", "category", Text())
    price_segment = Field("price_segment", "price_segment", Text())
    description = Field("description", "description", Text())
    barcode = Field("barcode", "barcode", Text())
    unit = Field("unit", "unit", Text())
    bottles = Field("bottles", "bottles", Number())
    list_price = Field("list_price", "list_price", Number())
    cost_price = Field("cost_price", "cost_price", Number())
    currency = Field("currency", "currency", Text(upper=True))
    is_active = Field("is_active", "is_active", YesNo(), saves_null_values=False)
    # Before the columns of single attributes: where both name one, the column wins.
    attributes = OtherAttributesField()
    grape_varieties = AttributeField(wine.BY_NAME["grape_varieties"])
    aromas = AttributeField(wine.BY_NAME["aromas"])
    vintage = AttributeField(wine.BY_NAME["vintage"])
    region = AttributeField(wine.BY_NAME["region"])
    appellation = AttributeField(wine.BY_NAME["appellation"])
    colour = AttributeField(wine.BY_NAME["colour"])
    alcohol = AttributeField(wine.BY_NAME["alcohol"])
    body = AttributeField(wine.BY_NAME["body"])
    tannins = AttributeField(wine.BY_NAME["tannins"])
    sugar = AttributeField(wine.BY_NAME["sugar"])

    class Meta:
        model = Product
        import_id_fields = ("sku",)
        fields = (
            "sku",
            "name",
            "synonyms",
            "category",
            "price_segment",
            "description",
            "barcode",
            "unit",
            "bottles",
            "list_price",
            "cost_price",
            "currency",
            "is_active",
            "attributes",
            *ATTRIBUTES,
        )
        export_order = fields
