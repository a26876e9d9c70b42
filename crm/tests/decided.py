"""Recommendations as tests need them: written directly, as a run would have."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from crm.customers import add_identities, normalised
from crm.models import (
    Customer,
    Product,
    Question,
    Recommendation,
    RecommendationFeedback,
    RecommendedProduct,
    Sale,
)
from crm.recommendations.making import requests, running

if TYPE_CHECKING:
    from collections.abc import Sequence

_numbers = count(1)


def colleague(name: str = "leila", *permissions: str) -> User:
    """Somebody who may do everything with recommendations, or just what is named."""
    person = User.objects.create(username=name, first_name=name.capitalize(), is_staff=True)
    codes = permissions or ("approve", "generate", "export")
    names = [f"{code}_recommendation" for code in codes]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    return User.objects.get(pk=person.pk)


def customer(name: str = "Anna Petit", **values: Any) -> Customer:
    identities = normalised(**{k: values.pop(k) for k in ("email", "phone") if k in values})
    made = Customer.objects.create(name=name, **values)
    add_identities(made, identities)
    return made


def product(name: str, **values: Any) -> Product:
    values = {"list_price": Decimal("12.50"), "currency": "EUR", "category": "Blanc"} | values
    return Product.objects.create(sku=f"W{next(_numbers)}", name=name, **values)


def recommendation(
    owner: Customer,
    repeat: Sequence[Product] = (),
    new: Sequence[Product] = (),
    *,
    at: dt.datetime | None = None,
    **values: Any,
) -> Recommendation:
    values = {
        "confidence": Decimal("0.42"),
        "quality": 70,
        "repeat_algorithm": "own_frequency" if repeat else "",
        "new_algorithm": "ease" if new else "",
        "fingerprint": "f",
    } | values
    made = Recommendation.objects.create(customer=owner, **values)
    if at is not None:
        Recommendation.objects.filter(pk=made.pk).update(created_at=at)
    for question, listed in ((Question.REPEAT, repeat), (Question.NEW, new)):
        for rank, one in enumerate(listed, start=1):
            RecommendedProduct.objects.create(
                recommendation=made,
                product=one,
                question=question,
                rank=rank,
                algorithm=getattr(made, f"{question}_algorithm"),
                score=1 / rank,
                price=one.list_price,
                currency=one.currency,
            )
    made.refresh_from_db()
    return made


def sale(owner: Customer, what: Product, day: dt.date, quantity: float = 6, **values: Any) -> Sale:
    values = {"amount": Decimal(60), "currency": "EUR"} | values
    return Sale.objects.create(
        customer=owner,
        product=what,
        quantity=quantity,
        sold_on=day,
        source="t",
        external_ref=str(next(_numbers)),
        **values,
    )


def ranks(made: Recommendation, question: str) -> list[str]:
    """The names on one list, in the order of their ranks, which must be 1, 2, 3 ..."""
    listed = made.products.filter(question=question, rank__isnull=False).order_by("rank")
    assert [place.rank for place in listed] == list(range(1, len(listed) + 1))
    return [place.product.name for place in listed.select_related("product")]


def actions(made: Recommendation) -> list[tuple[str, str]]:
    """What was done, the first first, and by whom."""
    rows = RecommendationFeedback.objects.filter(recommendation=made).order_by("pk")
    return list(rows.values_list("action", "by__username"))


def learnt_shop() -> tuple[list[Customer], list[Product]]:
    """Twelve customers who buy three of six wines each month, and what was learnt from them."""
    today = timezone.localdate()
    wines = [product(f"Cuvée {letter}") for letter in "ABCDEF"]
    owners = [customer(f"Client {number:02}") for number in range(12)]
    for number, owner in enumerate(owners):
        for month in range(5):
            day = today - dt.timedelta(days=40 + 30 * month + number % 3)
            for step in range(3):
                sale(owner, wines[(number % 3 + step) % len(wines)], day)
    run = requests.request(kind=requests.Kind.FULL, in_background=False)
    assert running.to_the_end(run).status == "done"
    return owners, wines
