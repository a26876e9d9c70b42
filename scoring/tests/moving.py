"""Customers to whom things happen, and staff who look after them."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from crm.models import Customer, CustomerIdentity, Product, Sale
from scoring.leads import rescoring
from scoring.models import LeadScore, LeadTouch

_numbers = itertools.count(1)


def customer(name: str = "Boulangerie Tizi", **more: Any) -> Customer:
    """With a phone number and an e-mail address of their own."""
    number = next(_numbers)
    row = Customer.objects.create(name=name, **more)
    CustomerIdentity.objects.bulk_create(
        [
            CustomerIdentity(customer=row, kind="phone", value=f"+2126{number:08}"),
            CustomerIdentity(customer=row, kind="email", value=f"nadia{number}@tizi.example"),
        ]
    )
    return row


def sale(row: Customer, *, days_ago: int = 0, amount: float | None = 150, **more: Any) -> Sale:
    product = Product.objects.get_or_create(sku="P", defaults={"name": "P"})[0]
    return Sale.objects.create(
        **{
            "customer": row,
            "product": product,
            "sold_on": timezone.localdate() - dt.timedelta(days=days_ago),
            "quantity": 1,
            "amount": amount,
            "source": "test",
            "external_ref": str(next(_numbers)),
            **more,
        }
    )


def scored(name: str = "Boulangerie Tizi", *, days_ago: int = 400, **more: Any) -> Customer:
    """A customer who bought once, long ago, and was scored; nothing waits."""
    row = customer(name, **more)
    sale(row, days_ago=days_ago)
    rescoring.rescore([row.pk])
    LeadTouch.objects.all().delete()
    return row


def lead(row: Customer, **values: Any) -> LeadScore:
    """The customer's lead as it would be with these values."""
    LeadScore.objects.filter(pk=row.pk).update(**values)
    return LeadScore.objects.get(pk=row.pk)


def touched() -> list[int | None]:
    """Who waits to be scored, each once."""
    noted = LeadTouch.objects.order_by("customer_id").values_list("customer_id", flat=True)
    return list(noted.distinct())


def staff(name: str, *codenames: str, **more: Any) -> User:
    person = User.objects.create_user(name, is_staff=True, **more)
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=person.pk)
