"""Amounts of several currencies are never added up: nothing proposed rests on such a sum."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from crm.models import RecommendationRules, RecommendedProduct, Sale
from crm.profiles.recompute import recompute
from crm.recommendations.making import requests
from crm.tests import decided as make

if TYPE_CHECKING:
    from crm.models import Customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def proposed(owner: Customer) -> list[tuple[object, ...]]:
    """What a new recommendation for the customer says, but for its number."""
    made = requests.make_one(owner.pk)
    assert made is not None
    rows = RecommendedProduct.objects.filter(recommendation=made).order_by("question", "rank")
    columns = ("question", "rank", "product__name", "score", "probability", "evidence")
    head = rows[0].recommendation
    return [(head.confidence, head.quality, head.quality_parts), *rows.values_list(*columns)]


def test_what_is_proposed_does_not_change_with_amounts_or_currencies() -> None:
    owners, _wines = make.learnt_shop()
    before = proposed(owners[0])

    for number, line in enumerate(Sale.objects.order_by("pk")):
        line.currency = ("EUR", "XOF", "MAD", "")[number % 4]
        line.amount = Decimal(number * 977 % 65_000)
        line.save(update_fields=["currency", "amount"])
    # The usual price is of one currency: it is told apart below.
    RecommendationRules.objects.create(pk=1, price_factor=None)
    recompute()

    assert proposed(owners[0]) == before


@pytest.mark.parametrize(
    ("price", "currency", "is_proposed"),
    [
        ("29", "EUR", True),
        ("31", "EUR", False),
        # 6,500 francs are 10 euros: they neither raise the limit nor fall under it.
        ("6500", "EUR", False),
        ("6500", "XOF", True),
    ],
)
def test_the_price_limit_is_that_of_the_customers_own_currency(
    price: str,
    currency: str,
    is_proposed: bool,  # noqa: FBT001 - of a table
) -> None:
    owners, wines = make.learnt_shop()
    anna = owners[0]
    Sale.objects.filter(customer=anna).update(quantity=1, amount=Decimal(10), currency="EUR")
    day = timezone.localdate() - dt.timedelta(days=45)
    for _ in range(3):
        make.sale(anna, wines[0], day, 1, amount=Decimal(6500), currency="XOF")
    recompute()
    bought = set(Sale.objects.filter(customer=anna).values_list("product", flat=True))
    fresh = next(wine for wine in wines if wine.pk not in bought)
    fresh.list_price, fresh.currency = Decimal(price), currency
    fresh.save(update_fields=["list_price", "currency"])

    names = {row[2] for row in proposed(anna)[1:]}

    assert (fresh.name in names) is is_proposed
