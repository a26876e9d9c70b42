"""Whose an order is: told to nobody else, however the number is spelled."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from crm.models import Customer, CustomerIdentity
from orders.models import Order, OrderLine
from support.models import ShopOrder
from support.order_lookup import order_facts, order_spelling, order_stages

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

SPELLINGS = [
    "10402",
    "#10402",
    "n°10402",
    "N° 10402",
    "10 402",
    "10.402",
    "0010402",
    "commande 10402",
    "cmd10402",
    "Order No. 10402",
    "١٠٤٠٢",
    "رقم ١٠٤٠٢",
    " 10402 ",
]
REFERENCES = ["CMD-2026-00045", "cmd-2026-00045", "CMD-2026-45", "cmd 2026 45", "cmd202600045"]


def customer(*emails: str, **fields: Any) -> Customer:
    made = Customer.objects.create(name=fields.pop("name", "Nadia"), **fields)
    for email in emails:
        CustomerIdentity.objects.create(customer=made, kind="email", value=email)
    return made


def shop_order(number: str = "10402", **fields: Any) -> ShopOrder:
    return ShopOrder.objects.create(number=number, **fields)


def numbers(someone: Customer | None, email: str) -> list[str]:
    return [facts.number for facts in order_facts.of_person(someone, email)]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_customer_finds_their_order_in_every_spelling(spelling: str) -> None:
    nadia = customer("nadia@boite.example")
    shop_order(customer=nadia)

    found = order_facts.find(spelling, nadia, "nadia@boite.example")

    assert found is not None
    assert found.number == "10402"


@pytest.mark.parametrize("spelling", [*SPELLINGS, *REFERENCES])
def test_a_stranger_finds_it_in_none(spelling: str) -> None:
    nadia = customer("nadia@boite.example")
    shop_order(customer=nadia, email="nadia@boite.example")
    Order.objects.create(number="CMD-2026-00045", customer=nadia, email="nadia@boite.example")
    stranger = customer("stranger@boite.example", name="Nadia")

    assert order_facts.find(spelling, stranger, "stranger@boite.example") is None
    assert order_facts.find(spelling, None, "stranger@boite.example") is None
    assert order_facts.find(spelling, None, "") is None
    assert order_facts.is_known(spelling)


@pytest.mark.parametrize("spelling", REFERENCES)
def test_a_purchase_order_in_every_spelling(spelling: str) -> None:
    nadia = customer("nadia@boite.example")
    Order.objects.create(number="CMD-2026-00045", customer=nadia)
    Order.objects.create(number="CMD-2025-00045", customer=nadia)

    found = order_facts.find(spelling, nadia, "")

    assert found is not None
    assert (found.source, found.number) == ("desk", "CMD-2026-00045")


@pytest.mark.parametrize("spelling", ["1040", "402", "104020", "110402", "10402-7", "", "#", "cmd"])
def test_part_of_a_number_is_not_the_number(spelling: str) -> None:
    nadia = customer("nadia@boite.example")
    shop_order(customer=nadia)

    assert order_facts.find(spelling, nadia, "nadia@boite.example") is None
    assert not order_facts.is_known(spelling)


def test_the_last_part_alone_where_it_can_mean_one_order_only() -> None:
    assert order_spelling.choose("45", ["CMD-2026-00045", "CMD-2026-00046"]) == "CMD-2026-00045"
    assert order_spelling.choose("45", ["CMD-2026-00045", "CMD-2025-00045"]) is None
    assert order_spelling.choose("45", ["CMD-2026-00045", "45"]) == "45"


def test_a_number_of_any_length_is_read_at_once() -> None:
    assert order_facts.find("1" * 100_000, None, "nadia@boite.example") is None
    assert not order_facts.is_known("9 " * 50_000)


def test_the_address_that_reads_the_answer_is_enough_in_any_case() -> None:
    shop_order(email="nadia@boite.example")
    Order.objects.create(number="CMD-2026-00045", email="Nadia@Boite.example")

    assert numbers(None, "NADIA@boite.example ") == ["CMD-2026-00045", "10402"]
    assert numbers(None, "other@boite.example") == []


@pytest.mark.parametrize(
    "alike",
    [
        "nadıa@boite.example",  # a letter without its dot
        "nadia@boıte.example",  # as above
        "nadiа@boite.example",  # a Cyrillic letter
        "ｎadia@boite.example",  # a wide letter
        "nadia+x@boite.example",
        "n.adia@boite.example",
        "nadia@boite.example.org",
        "nadia@boite.example, other@boite.example",
    ],
)
def test_an_address_that_only_looks_alike_reads_nothing(alike: str) -> None:
    nadia = customer("nadia@boite.example")
    shop_order("10402", email="nadia@boite.example", customer=nadia)
    shop_order("10403", email="nadia@boite.example")
    Order.objects.create(number="CMD-2026-00045", email="Nadia@Boite.example")

    assert numbers(None, alike) == []
    assert numbers(customer(alike, name="Stranger"), alike) == []
    assert order_facts.find("10402", None, alike) is None


def test_rows_without_an_address_are_nobodys() -> None:
    shop_order(email="")
    Order.objects.create(number="CMD-2026-00045")

    assert numbers(None, "") == []
    assert numbers(customer("nadia@boite.example"), "") == []


def test_an_order_of_the_customers_other_address() -> None:
    nadia = customer("nadia@boite.example", "n.amrani@firm.example")
    shop_order(email="N.Amrani@firm.example")

    assert numbers(nadia, "nadia@boite.example") == ["10402"]


def test_a_mailbox_that_two_customers_share() -> None:
    one = customer("compta@group.example", "one@group.example", name="One")
    two = customer("compta@group.example", "two@group.example", name="Two")
    shop_order("10402", customer=one, email="compta@group.example")
    shop_order("10403", customer=two, email="compta@group.example")

    # Whoever reads compta@ has both; whoever reads their own box has their own.
    assert sorted(numbers(one, "compta@group.example")) == ["10402", "10403"]
    assert numbers(one, "one@group.example") == ["10402"]
    assert numbers(two, "two@group.example") == ["10403"]


def test_archived_and_merged_customers_keep_their_orders() -> None:
    stays = customer("nadia@boite.example")
    gone = customer("old@boite.example", merged_into=stays, archived_at=timezone.now())
    oldest = customer(name="Oldest", merged_into=gone)
    shop_order("10402", customer=gone)
    shop_order("10403", customer=oldest)
    shop_order("10404", email="old@boite.example")
    shop_order("10405", customer=customer(name="Nadia"))

    for someone in (stays, gone, oldest):
        assert sorted(numbers(someone, "nadia@boite.example")) == ["10402", "10403", "10404"]


def test_customers_merged_in_a_circle_end_it() -> None:
    one, two = customer(name="One"), customer(name="Two")
    Customer.objects.filter(pk=one.pk).update(merged_into=two)
    Customer.objects.filter(pk=two.pk).update(merged_into=one)
    shop_order(customer=two)

    assert numbers(one, "") == ["10402"]


def test_a_copy_of_an_order_is_not_told() -> None:
    nadia = customer("nadia@boite.example")
    first = Order.objects.create(number="CMD-2026-00045", customer=nadia)
    Order.objects.create(number="CMD-2026-00046", customer=nadia, duplicate_of=first)

    assert numbers(nadia, "") == ["CMD-2026-00045"]
    assert order_facts.find("CMD-2026-00046", nadia, "") is None


def test_both_tables_have_one_shape() -> None:
    nadia = customer("nadia@boite.example")
    shop = shop_order(
        customer=nadia,
        status="en transit",
        ordered_on=dt.date(2026, 4, 2),
        delivery_date=dt.date(2026, 4, 9),
        total=Decimal("79.00"),
        currency="EUR",
        items="1 x Plaid Ondine\n\n2 x Coussin",
        carrier="GLX",
        tracking_number="6A1",
    )
    desk = Order.objects.create(number="CMD-2026-00045", customer=nadia, total=Decimal(5))
    OrderLine.objects.create(order=desk, description="sacs", quantity=Decimal("2000.000"))
    OrderLine.objects.create(order=desk, description="papier", quantity=Decimal("1.5"), unit="kg")

    newer, older = order_facts.of_person(nadia, "")

    assert (newer.source, newer.pk, newer.status_code) == ("desk", desk.pk, "pending")
    assert newer.items == ("2000 x sacs", "1.5 kg papier")
    assert older == order_facts.OrderFacts(
        source="shop",
        pk=shop.pk,
        number="10402",
        status="en transit",
        ordered_on=dt.date(2026, 4, 2),
        delivery_date=dt.date(2026, 4, 9),
        total=Decimal("79.00"),
        currency="EUR",
        items=("1 x Plaid Ondine", "2 x Coussin"),
        carrier="GLX",
        tracking_number="6A1",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_orders(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    nadia = customer("nadia@boite.example")
    for number in range(count):
        shop_order(f"1040{number}", customer=nadia)
        desk = Order.objects.create(number=f"CMD-2026-0004{number}", customer=nadia)
        OrderLine.objects.create(order=desk, description="sacs", quantity=1)

    # Family, whether the address is confirmed, addresses, shop, desk, lines.
    with django_assert_num_queries(6):
        order_facts.of_person(nadia, "nadia@boite.example")
    with django_assert_num_queries(7):
        order_facts.find("CMD-2026-40", nadia, "nadia@boite.example")


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("payée", "open"),
        ("en préparation", "open"),
        ("expédiée", "open"),
        ("en cours de livraison", "open"),
        ("non livrée", "open"),
        ("Out for delivery", "open"),
        ("livrée", "delivered"),
        ("Delivered", "delivered"),
        ("entregado", "delivered"),
        ("retournée", "ended"),
        ("remboursée", "ended"),
        ("Annulée par le client", "ended"),
        ("Non livrée, retour à l'expéditeur", "ended"),
        ("Returned to sender", "ended"),
        ("Problème d'adresse", "stuck"),
        ("adresse incomplète", "stuck"),
        ("en litige", "stuck"),
        ("Colis perdu", "stuck"),
        ("Bloquée", "stuck"),
        ("On hold", "stuck"),
        ("Échec de livraison", "stuck"),
        ("Livrée à l'adresse indiquée", "delivered"),
        ("مفقودة", "stuck"),
        ("", "unknown"),
        ("xyz", "unknown"),
    ],
)
def test_how_far_an_order_is(status: str, stage: str) -> None:
    assert order_stages.of(status) == stage
