"""A small shop that runs of recommendations learn from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from crm.models import Customer, Product, RecommendationRun, Sale
from crm.recommendations.making import requests, running

if TYPE_CHECKING:
    from collections.abc import Sequence

Shop = tuple[list[Customer], list[Product]]
Kind = RecommendationRun.Kind
_numbers = count(1)


def colleague(name: str = "leila") -> User:
    """Somebody who may do everything with recommendations."""
    person = User.objects.create(username=name, is_staff=True)
    names = [f"{code}_recommendation" for code in ("approve", "generate", "export")]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=person.pk)


def customer(name: str = "Anna Petit", **values: Any) -> Customer:
    return Customer.objects.create(name=name, **values)


def product(name: str, **values: Any) -> Product:
    given = {"list_price": Decimal("12.50"), "currency": "EUR", "category": "Blanc", **values}
    return Product.objects.create(sku=f"S{next(_numbers)}", name=name, **given)


def sale(owner: Customer, what: Product, day: dt.date, quantity: float = 6, **values: Any) -> Sale:
    return Sale.objects.create(
        customer=owner,
        product=what,
        quantity=quantity,
        amount=10 * quantity,
        currency="EUR",
        sold_on=day,
        source="t",
        external_ref=str(next(_numbers)),
        **values,
    )


def shop() -> Shop:
    """Twelve customers who buy three of six wines each month, the last time 40 days ago."""
    wines = [product(f"Cuvée {letter}") for letter in "ABCDEF"]
    owners = [customer(f"Client {number:02}") for number in range(12)]
    for number, owner in enumerate(owners):
        for month in range(5):
            day = timezone.localdate() - dt.timedelta(days=40 + 30 * month + number % 3)
            for step in range(3):
                sale(owner, wines[(number % 3 + step) % len(wines)], day)
    return owners, wines


def learnt_shop() -> Shop:
    """The same, and everybody has a recommendation."""
    found = shop()
    run(Kind.FULL)
    return found


def run(
    kind: Kind = Kind.CHANGES,
    *,
    customers: Sequence[int] = (),
    algorithm: str = "",
    top: int | None = None,
) -> RecommendationRun:
    """To the end, in this process; everybody is counted once."""
    asked = requests.request(
        kind=kind, customers=customers, algorithm=algorithm, top=top, in_background=False
    )
    done = running.to_the_end(asked)
    assert (done.status, done.error) == ("done", "")
    counted = done.made + done.unchanged + done.withheld + done.without
    assert counted == done.looked_at == done.expected
    return done
