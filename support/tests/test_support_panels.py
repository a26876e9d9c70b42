"""What the customer's page shows of the support desk."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from crm.customers import register
from orders.tests import factories as make
from support import panels
from support.models import Category, ShopOrder, Ticket

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from crm.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea() -> Customer:
    return register(name="Léa Martin", email="lea@boite.example")


def ticket(customer: Customer | None = None, **values: object) -> Ticket:
    facts = {"channel": "email", "opened_at": make.SENT, "last_message_at": make.SENT, **values}
    return Ticket.objects.create(customer=customer, **facts)


@pytest.mark.parametrize("tickets", [1, 3])
def test_last_tickets_of_a_customer_take_one_query(
    lea: Customer, tickets: int, django_assert_num_queries: DjangoAssertNumQueries
):
    category = Category.objects.get(key="Remboursement")
    for number in range(tickets):
        ticket(lea, subject=f"Colis {number}", category=category)
    ticket(None, subject="somebody else's")

    with django_assert_num_queries(1), translation.override("en"):
        panel = panels.recent_tickets(lea)

    assert panel is not None
    assert len(panel.rows) == tickets
    assert list(panel.rows[0])[2:] == [f"Colis {tickets - 1}", "Remboursement", "new"]
    assert panel.link == f"/admin/support/ticket/?customer__id__exact={lea.pk}"


@pytest.mark.parametrize("orders", [1, 3])
def test_last_shop_orders_of_a_customer_take_one_query(
    lea: Customer, orders: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(orders):
        ShopOrder.objects.create(
            number=f"1{number}",
            customer=lea,
            ordered_on=dt.date(2026, 4, 1 + number),
            status="livrée",
            items="1 x Bol\n2 x Plat",
            total=Decimal("89.9"),
            currency="EUR",
        )

    with django_assert_num_queries(1), translation.override("fr"):
        panel = panels.recent_shop_orders(lea)

    assert panel is not None
    assert len(panel.rows) == orders
    assert list(panel.rows[0])[1:] == [
        f"0{orders}/04/2026",
        "livrée",
        "1 x Bol, 2 x Plat",
        "",
        "89,90 EUR",
    ]


def test_customer_of_whom_the_desk_knows_nothing_has_no_panel(lea: Customer):
    assert (panels.recent_tickets(lea), panels.recent_shop_orders(lea)) == (None, None)


def test_panels_stand_on_the_customers_page_for_who_may_see_them(client: Client, lea: Customer):
    ticket(lea, subject="Où est mon colis ?")
    ShopOrder.objects.create(number="10412", customer=lea)
    client.force_login(User.objects.create_superuser("boss"))

    page = client.get(f"/admin/crm/customer/{lea.pk}/change/").content.decode()
    assert "Où est mon colis ?" in page
    assert "10412" in page
    # The links lead to lists that know their filter.
    for model in ("ticket", "shoporder"):
        rows = client.get(f"/admin/support/{model}/?customer__id__exact={lea.pk}")
        assert (rows.status_code, len(rows.context["cl"].result_list)) == (200, 1)

    client.force_login(make.staff("salma", "view_customer"))
    page = client.get(f"/admin/crm/customer/{lea.pk}/change/").content.decode()
    assert "Où est mon colis ?" not in page
