"""What stays of an order when its message is read again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from orders import intake, workflow
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    make.all_products()
    with translation.override("en"):
        yield


def test_second_run_leaves_what_staff_changed_until_they_ask_to_read_again():
    message = make.MessageFactory.create()
    intake.act_on(message, make.content(), make.reading(make.line(quantity=500)))
    order, salma = Order.objects.get(), make.clerk()
    workflow.edit(order.pk, by=salma, changes={"company": "Tizi SARL"})
    better = make.reading(make.line(quantity=5000))

    intake.act_on(message, make.content(), better)
    assert (Order.objects.get().company, order.lines.get().quantity) == ("Tizi SARL", Decimal(500))

    workflow.read_again(order.pk, by=salma)
    intake.act_on(message, make.content(), better)
    assert (Order.objects.get().company, order.lines.get().quantity) == ("", Decimal(5000))


def test_customer_whom_staff_chose_stays_and_fills_the_repeat_order():
    customer = make.CustomerFactory.create(name="Salwa Amrani", company="Snack Amal")
    earlier = make.validated_order(customer, make.later(days=-14))
    make.OrderLineFactory.create(order=earlier, quantity=9000)
    stranger = make.content("kif dima", channel="whatsapp", name="S.", email="", phone="+212663001")
    repeat = make.reading(kind="renewal")
    message = make.MessageFactory.create()
    intake.act_on(message, stranger, repeat)
    order = Order.objects.get(message=message)
    assert (order.customer, order.lines.count()) == (None, 0)
    assert "choose the customer, then read again" in order.attention
    salma = make.clerk()

    workflow.edit(order.pk, by=salma, changes={"customer_id": customer.pk})
    workflow.read_again(order.pk, by=salma)
    intake.act_on(message, stranger, repeat)

    order.refresh_from_db()
    assert (order.customer, order.renewed_from, order.lines.get().quantity, order.attention) == (
        customer,
        earlier,
        Decimal(9000),
        "",
    )
    assert order.confidence == 0.85
