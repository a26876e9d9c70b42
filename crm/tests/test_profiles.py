from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connections, transaction

from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm.models import Customer, CustomerProfile, Product, Sale
from crm.profiles.recompute import recompute, recompute_one

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC), tick=False):
        yield


def product(sku: str = "syrah", **values: Any) -> Product:
    return Product.objects.get_or_create(sku=sku, defaults={"name": sku, "bottles": 1, **values})[0]


def sale(owner: Customer, days_ago: int = 10, *, amount: str | None = "60", **values: Any) -> Sale:
    given: dict[str, Any] = {"quantity": 6, "currency": "EUR", **values}
    given.setdefault("product", product())
    return Sale.objects.create(
        customer=owner,
        amount=amount and Decimal(amount),
        sold_on=TODAY - dt.timedelta(days=days_ago),
        source="isa",
        external_ref=str(Sale.objects.count()),
        **given,
    )


def profile(owner: Customer) -> CustomerProfile:
    recompute()
    return CustomerProfile.objects.get(pk=owner.pk)


def buyer(name: str = "Nadia") -> Customer:
    return Customer.objects.create(name=name)


def test_lines_of_a_document_are_one_purchase_and_returns_are_netted():
    nadia = buyer()
    sale(nadia, document="F1")
    sale(nadia, document="F1", amount="40")
    sale(nadia, 400, document="F2", amount="100")
    # Sources write the amount of a return with and without its sign.
    sale(nadia, 5, document="A1", quantity=-2, amount="20")
    sale(nadia, 5, document="A2", quantity=-1, amount="-10")

    found = profile(nadia)

    assert (found.purchases, found.revenue, found.revenue_year) == (2, 170, 70)
    assert (found.bottles, found.last_sale_on) == (15, TODAY - dt.timedelta(days=10))


def test_sums_of_several_currencies_are_never_added():
    nadia = buyer()
    sale(nadia)
    sale(nadia, document="F2")
    sale(nadia, currency="USD", amount="5000")

    found = profile(nadia)

    assert (found.currency, found.revenue, found.purchases) == ("EUR", 120, 2)


def test_fifths_are_even_and_equals_share_one():
    buyers = [buyer(str(number)) for number in range(10)]
    for number, one in enumerate(buyers):
        for document in range(1 if number < 5 else number):
            sale(one, 10 + number, document=f"F{document}", amount=str(10 * (number + 1)))

    recompute()

    rows = CustomerProfile.objects.order_by("customer_id")
    assert [*rows.values_list("recency_score", flat=True)] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [*rows.values_list("frequency_score", flat=True)] == [2, 2, 2, 2, 2, 3, 4, 4, 5, 5]
    assert [*rows.values_list("monetary_score", flat=True)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(
    ("days", "segment"),
    [
        ([], "prospect"),
        ([20], "standard"),
        ([400], "at_risk"),
        ([1200], "inactive"),
        # Every ten days, then nothing for half a year.
        ([230, 220, 210, 200, 190, 180], "at_risk"),
        ([20, 30, 40, 50], "vip"),
    ],
)
def test_segments(days: list[int], segment: str):
    for number in range(4):
        sale(buyer(str(number)), 100)
    nadia = buyer()
    for number, day in enumerate(days):
        sale(nadia, day, document=f"F{number}", amount="500")

    assert profile(nadia).segment == segment


def test_preferences_are_shares_of_what_was_spent():
    nadia = buyer()
    red = product("red", category="Rouge", attributes={"grape_varieties": ["Syrah", "Grenache"]})
    white = product("white", attributes={"colour": "Blanc", "grape_varieties": ["Chenin"]})
    sale(nadia, product=red, amount="90")
    sale(nadia, product=white, amount="30")

    assert profile(nadia).preferences == {
        "families": [["Rouge", 0.75], ["Blanc", 0.25]],
        "grapes": [["Grenache", 0.38], ["Syrah", 0.38], ["Chenin", 0.25]],
        "budget": "10.00",
    }


def test_what_lies_ahead_is_no_purchase_yet():
    nadia = buyer()
    sale(nadia, -30)

    found = profile(nadia)
    assert (found.purchases, found.segment) == (0, "prospect")
    # Who never bought is in no fifth.
    assert (found.recency_score, found.frequency_score, found.monetary_score) == (None, None, None)


def test_quality_without_a_source_is_how_much_is_filled_in():
    nadia = Customer.objects.create(name="Nadia", city="Fès")
    nadia.identities.create(kind="email", value="n@example.com")

    assert profile(nadia).quality == 43


def test_a_second_time_changes_nothing_and_one_alone_is_enough(
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    nadia, karim = buyer(), buyer("Karim")
    sale(nadia)
    recompute()
    before = list(CustomerProfile.objects.values())

    assert (recompute(), list(CustomerProfile.objects.values())) == (2, before)

    sale(karim)
    with django_assert_max_num_queries(17):
        found = recompute_one(karim.pk)
    assert found is not None
    assert (found.purchases, found.segment) == (1, "standard")


@pytest.mark.django_db(transaction=True)
def test_who_is_deleted_while_all_are_computed_stops_nobody():
    gone, stays = buyer(), buyer("Karim")
    recompute([gone.pk])
    sale(gone)

    def compute() -> int:
        try:
            return recompute()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Sale.objects.all().delete()
            gone.delete()
            late = pool.submit(compute)
            wait_until(somebody_waits_for_us)
        assert late.result() == 1

    assert [*CustomerProfile.objects.values_list("customer", flat=True)] == [stays.pk]
