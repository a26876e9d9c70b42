"""Customers as columns of a sheet, with what they are recognised by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Text, YesNo
from crm.customers import add_identities, normalised_value
from crm.models import Customer, CustomerIdentity
from crm.resources.references import column

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
    segment = Field("segment", "segment", Text())
    consent_email = Field("consent_email", "consent_email", YesNo(), saves_null_values=False)
    consent_sms = Field("consent_sms", "consent_sms", YesNo(), saves_null_values=False)
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
            "segment",
            "consent_email",
            "consent_sms",
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
            for name, field in (("key", self.fields["key"]), ("email", self.fields["email"]))
            for value in _cleaned(dataset, name, field)
        }
        ids = {int(text) for text in column(dataset, "id") if text.isdecimal()}
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
        for name in ("key", "email"):
            found = self._known(name, row)
            if found is not None:
                return found
            if name == "key" and (wanted := Text().clean(row.get("id"))):
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

    def _known(self, name: str, row: Mapping[str, object]) -> Customer | None:
        if name not in row:
            return None
        ids = {pk for value in self.fields[name].clean(row) for pk in self.by_value.get(value, ())}
        if len(ids) > 1:
            sentence = _("Several customers have %(value)s: give the key or the id.")
            raise ValueError(sentence % {"value": row[name]})
        return self.by_id[ids.pop()] if ids else None


def _cleaned(dataset: tablib.Dataset, name: str, field: IdentityField) -> Iterable[str]:
    """The identities of a column; a bad cell is reported later, beside its row."""
    for text in column(dataset, name):
        try:
            yield from field.clean({name: text})
        except ValueError:
            continue
