"""How a sheet names a customer; what stands in a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.widgets import Text
from crm.customers import normalised_value
from crm.models import Customer, CustomerIdentity
from crm.names import search_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    import tablib

Kind = CustomerIdentity.Kind


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


def column(dataset: tablib.Dataset, name: str) -> list[str]:
    if name not in (dataset.headers or []):
        return []
    return [Text().clean(cell) for cell in dataset[name]]


def _phone(text: str) -> str:
    try:
        return normalised_value(Kind.PHONE, text)
    except DomainError:
        return ""
