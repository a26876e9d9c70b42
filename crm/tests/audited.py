"""Recommendations by the dozen, written directly, for the audit and the API."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from crm.models import Customer, Product, Question, Recommendation, RecommendedProduct, Sale

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
_numbers = count(1)


def ago(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


def customer(name: str = "Anna Petit", **values: Any) -> Customer:
    return Customer.objects.create(name=name, **values)


def product(name: str, **values: Any) -> Product:
    given = {"list_price": Decimal("12.50"), "currency": "EUR", "category": "Blanc", **values}
    return Product.objects.create(sku=f"A{next(_numbers)}", name=name, **given)


def wines() -> list[Product]:
    return [product(f"Cuvée {letter}") for letter in "ABCD"]


def recommendation(
    owner: Customer,
    repeat: Sequence[Product] = (),
    new: Sequence[Product] = (),
    *,
    at: dt.datetime | None = None,
    **values: Any,
) -> Recommendation:
    """With these two lists; there is nothing to complain of unless ``values`` say so."""
    given = {
        "confidence": Decimal("0.8"),
        "quality": 80,
        "repeat_algorithm": "own_frequency" if repeat else "",
        "new_algorithm": "ease" if new else "",
        **values,
    }
    made = Recommendation.objects.create(customer=owner, **given)
    Recommendation.objects.filter(pk=made.pk).update(created_at=at or ago(1))
    for question, listed in ((Question.REPEAT, repeat), (Question.NEW, new)):
        RecommendedProduct.objects.bulk_create(
            RecommendedProduct(
                recommendation=made,
                product=one,
                question=question,
                rank=rank,
                algorithm=given[f"{question}_algorithm"],
                score=1 / rank,
                probability=Decimal("0.25"),
                price=one.list_price,
                currency=one.currency,
                evidence=[{"code": "bought", "times": 3, "last": "2026-10-01"}],
            )
            for rank, one in enumerate(listed, start=1)
        )
    made.refresh_from_db()
    return made


def sale(owner: Customer, what: Product, day: dt.date) -> Sale:
    return Sale.objects.create(
        customer=owner,
        product=what,
        quantity=6,
        amount=Decimal(60),
        currency="EUR",
        sold_on=day,
        source="t",
        external_ref=f"a{next(_numbers)}",
    )


def learnt_shop() -> tuple[list[Customer], list[Product]]:
    """Twelve customers who buy three of six wines each month, and what was learnt from them."""
    from crm.recommendations.making import requests, running  # noqa: PLC0415 - slow import

    goods = [product(f"Cuvée {letter}") for letter in "ABCDEF"]
    owners = [customer(f"Client {number:02}") for number in range(12)]
    for number, owner in enumerate(owners):
        for month in range(5):
            day = NOW.date() - dt.timedelta(days=40 + 30 * month + number % 3)
            for step in range(3):
                sale(owner, goods[(number % 3 + step) % len(goods)], day)
    run = requests.request(kind=requests.Kind.FULL, in_background=False)
    assert running.to_the_end(run).status == "done"
    return owners, goods
