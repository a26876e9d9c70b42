from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from backoffice.core.errors import DomainError
from orders import by_hand, intake
from orders.models import Order
from orders.tests import factories as make

pytestmark = pytest.mark.django_db


def test_message_nobody_could_read_becomes_an_order_to_fill_in():
    customer = make.CustomerFactory.create(phone="+212663001403")
    message = make.MessageFactory.create(
        channel="whatsapp", sender_phone="+212663001403", status="needs_attention", reason="photo"
    )
    salma = make.staff("salma", "add_order")

    order = by_hand.open_order(message.pk, by=salma)
    again = by_hand.open_order(message.pk, by=salma)

    assert order == again == Order.objects.get()
    assert (order.customer, order.method, order.status, order.phone) == (
        customer,
        "manual",
        "pending",
        "+212663001403",
    )
    message.refresh_from_db()
    assert (message.status, message.kind) == ("done", "order")


def test_later_reading_leaves_what_staff_type_in():
    message = make.MessageFactory.create(status="needs_attention")
    order = by_hand.open_order(message.pk, by=make.staff("salma", "add_order"))

    intake.act_on(message, make.content(), make.reading(make.line()))

    assert not order.lines.exists()


def test_message_under_the_workers_hands_is_left_to_it():
    message = make.MessageFactory.create(status="processing")

    with pytest.raises(DomainError) as refused:
        by_hand.open_order(message.pk, by=make.staff("salma", "add_order"))

    assert refused.value.conflict


def test_opening_takes_the_right_to_add_orders():
    message = make.MessageFactory.create(status="needs_attention")

    with pytest.raises(PermissionDenied):
        by_hand.open_order(message.pk, by=make.clerk())
