"""Customers, products and sales as columns of a sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Json, Number, Reference, Text, YesNo
from crm.customers import add_identities, normalised_value
from crm.models import Customer, CustomerIdentity, Product, Sale
from crm.names import search_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import tablib
    from django.db.models import QuerySet

    class BaseField:
        attribute: str
        column_name: str

        def __init__(self, **_options: object) -> None: ...
else:
    BaseField = Field

Kind = CustomerIdentity.Kind


class IdentityField(BaseField):
    """All identities of one kind in one cell, separated by semicolons; a file only adds to them.

    What was learnt from orders and not confirmed has a column of its own, so that a file that
    goes out and comes in again confirms nothing.
    """

    def __init__(self, kind: str, column_name: str, *, is_confirmed: bool = True) -> None:
        super().__init__(
            attribute=f"identities_{column_name}", column_name=column_name, widget=Text()
        )
        self.kind = kind
        self.is_confirmed = is_confirmed

    def clean(self, row: Mapping[str, object], **_options: object) -> list[str]:
        text = Text().clean(row[self.column_name])
        separators = r"[;,\s]+" if self.kind == Kind.EMAIL else r"[;,/]+"
        try:
            return [
                normalised_value(self.kind, part)
                for part in re.split(separators, text)
                if part.strip()
            ]
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error

    def save(
        self, instance: Customer, row: Mapping[str, object], *_m2m: object, **_options: object
    ) -> None:
        known = self.get_value(instance)
        given = [value for value in self.clean(row) if value not in known]
        setattr(instance, self.attribute, [*known, *dict.fromkeys(given)])

    def get_value(self, instance: Customer) -> list[str]:
        found: list[str] | None = getattr(instance, self.attribute, None)
        if found is None and instance.pk:
            found = [
                row.value
                for row in instance.identities.all()
                if (row.kind, row.is_confirmed) == (self.kind, self.is_confirmed)
            ]
        return sorted(found or [])

    def export(self, instance: Customer, **_options: object) -> str:
        return "; ".join(self.get_value(instance))


class CustomerResource(Resource):
    """Found again by ``key``, ``id``, or an e-mail address that only one customer has."""

    id = Field("id", "id", Text(), readonly=True)
    key = IdentityField(Kind.SOURCE_KEY, "key")
    company = Field("company", "company", Text())
    name = Field("name", "name", Text())
    email = IdentityField(Kind.EMAIL, "email")
    phone = IdentityField(Kind.PHONE, "phone")
    email_unconfirmed = IdentityField(Kind.EMAIL, "email_unconfirmed", is_confirmed=False)
    phone_unconfirmed = IdentityField(Kind.PHONE, "phone_unconfirmed", is_confirmed=False)
    address = Field("address", "address", Text())
    postal_code = Field("postal_code", "postal_code", Text())
    city = Field("city", "city", Text())
    country = Field("country", "country", Text(upper=True))
    language = Field("language", "language", Text())
    consent_email = Field("consent_email", "consent_email", YesNo(), saves_null_values=False)
    consent_phone = Field("consent_phone", "consent_phone", YesNo(), saves_null_values=False)
    notes = Field("notes", "notes", Text())

    class Meta:
        model = Customer
        import_id_fields = ()
        fields = (
            "id",
            "key",
            "company",
            "name",
            "email",
            "phone",
            "email_unconfirmed",
            "phone_unconfirmed",
            "address",
            "postal_code",
            "city",
            "country",
            "language",
            "consent_email",
            "consent_phone",
            "notes",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Customer], **_options: object) -> QuerySet[Customer]:
        return queryset.prefetch_related("identities")

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        values = {
            value
            for column, field in (("key", self.fields["key"]), ("email", self.fields["email"]))
            for value in _cleaned(dataset, column, field)
        }
        ids = {int(text) for text in _column(dataset, "id") if text.isdecimal()}
        rows = CustomerIdentity.objects.filter(
            kind__in=[Kind.SOURCE_KEY, Kind.EMAIL],
            value__in=values,
            is_confirmed=True,
            customer__merged_into=None,
        )
        found = Customer.objects.prefetch_related("identities").in_bulk(
            [*ids, *rows.values_list("customer_id", flat=True)]
        )
        self.by_id = found
        self.by_value: dict[str, set[int]] = {}
        for row in rows:
            self.by_value.setdefault(row.value, set()).add(row.customer_id)

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> Customer | None:
        for column in ("key", "email"):
            found = self._known(column, row)
            if found is not None:
                return found
            if column == "key" and (wanted := Text().clean(row.get("id"))):
                if not wanted.isdecimal() or int(wanted) not in self.by_id:
                    raise ValueError(_("There is no customer with the id %(id)s.") % {"id": wanted})
                return self.by_id[int(wanted)]
        return None

    def after_save_instance(self, instance: Customer, *_row: object, **_options: object) -> None:
        self.by_id[instance.pk] = instance
        for is_confirmed in (True, False):
            identities = [
                (field.kind, value)
                for field in self.fields.values()
                if isinstance(field, IdentityField) and field.is_confirmed == is_confirmed
                for value in field.get_value(instance)
            ]
            add_identities(instance, identities, confirmed=is_confirmed)
            for _kind, value in identities if is_confirmed else ():
                self.by_value.setdefault(value, set()).add(instance.pk)

    def _known(self, column: str, row: Mapping[str, object]) -> Customer | None:
        if column not in row:
            return None
        ids = {
            pk for value in self.fields[column].clean(row) for pk in self.by_value.get(value, ())
        }
        if len(ids) > 1:
            sentence = _("Several customers have %(value)s: give the key or the id.")
            raise ValueError(sentence % {"value": row[column]})
        return self.by_id[ids.pop()] if ids else None


class NamesField(BaseField):
    """Other names of a product in one cell, separated by semicolons; on its page one per line."""

    def __init__(self) -> None:
        super().__init__(attribute="synonyms", column_name="synonyms", widget=Text())

    def clean(self, row: Mapping[str, object], **_options: object) -> str:
        parts = re.split(r"[;\n]+", Text().clean(row[self.column_name]))
        return "\n".join(part.strip() for part in parts if part.strip())

    def export(self, instance: Product, **_options: object) -> str:
        return "; ".join(instance.other_names)


class ProductResource(Resource):
    sku = Field("sku", "sku", Text())
    name = Field("name", "name", Text())
    synonyms = NamesField()
    category = Field("category", "category", Text())
    description = Field("description", "description", Text())
    unit = Field("unit", "unit", Text())
    list_price = Field("list_price", "list_price", Number())
    currency = Field("currency", "currency", Text(upper=True))
    attributes = Field("attributes", "attributes", Json())
    is_active = Field("is_active", "is_active", YesNo(), saves_null_values=False)

    class Meta:
        model = Product
        import_id_fields = ("sku",)
        fields = (
            "sku",
            "name",
            "synonyms",
            "category",
            "description",
            "unit",
            "list_price",
            "currency",
            "attributes",
            "is_active",
        )
        export_order = fields


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
    amount = Field("amount", "amount", Number())
    currency = Field("currency", "currency", Text(upper=True))
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
            "amount",
            "currency",
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
            row.sku: row for row in Product.objects.filter(sku__in=_column(dataset, "product"))
        }
        self.fields["customer"].widget.known = known_customers(_column(dataset, "customer"))

    def dehydrate_customer(self, sale: Sale) -> str:
        return reference(sale.customer)


def reference(customer: Customer) -> str:
    """What a sheet names a customer by: the key, else an address, else the name."""
    known = {row.kind: row.value for row in customer.identities.all() if row.is_confirmed}
    return known.get(Kind.SOURCE_KEY) or known.get(Kind.EMAIL) or str(customer)


def known_customers(references: Iterable[str]) -> dict[str, Customer]:
    """Customers by the words of a sheet; words that fit several customers are left out."""
    wanted = {text: {text, text.lower(), _phone(text)} - {""} for text in references if text}
    values = {value for several in wanted.values() for value in several}
    found: dict[str, set[Customer]] = {}
    rows = CustomerIdentity.objects.filter(value__in=values, is_confirmed=True)
    for row in rows.select_related("customer__merged_into"):
        found.setdefault(row.value, set()).add(row.customer.merged_into or row.customer)
    names = {search_name(text): text for text in wanted}
    for customer in Customer.objects.filter(search_name__in=names, merged_into=None):
        found.setdefault(names[customer.search_name], set()).add(customer)
    return {
        text: next(iter(hits))
        for text, several in wanted.items()
        if len(hits := set().union(*(found.get(value, set()) for value in several))) == 1
    }


def _phone(text: str) -> str:
    try:
        return normalised_value(Kind.PHONE, text)
    except DomainError:
        return ""


def _column(dataset: tablib.Dataset, name: str) -> list[str]:
    if name not in (dataset.headers or []):
        return []
    return [Text().clean(cell) for cell in dataset[name]]


def _cleaned(dataset: tablib.Dataset, column: str, field: IdentityField) -> Iterable[str]:
    """The identities of a column; a bad cell is reported later, beside its row."""
    for text in _column(dataset, column):
        try:
            yield from field.clean({column: text})
        except ValueError:
            continue
