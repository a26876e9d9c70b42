"""Leads by the name, the company, an address or a number of their customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from backoffice.core import phones
from backoffice.core.text import words
from crm.models import Customer, CustomerIdentity

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from scoring.models import LeadScore


def found(rows: QuerySet[LeadScore], term: str) -> QuerySet[LeadScore]:
    """As on the customers' list: names without accents, parts of addresses, numbers in any form.

    Customers are looked for first and together: asking each lead's customer by itself would take
    seconds where there are a million.
    """
    term = term.strip()
    # A national number is one of any country that customers are in.
    numbers = {phones.normalise(term, (region,)) for region in phones.DEFAULT_REGIONS} - {""}
    known = CustomerIdentity.objects.filter(Q(value__contains=term.lower()) | Q(value__in=numbers))
    ids: QuerySet[Any, Any] = known.order_by().values("customer_id")
    named = Q()
    for word in words(term):
        named &= Q(search_name__contains=word)
    if named:
        ids = Customer.objects.filter(named).order_by().values("pk").union(ids)
    return rows.filter(pk__in=ids)
