"""Two people at the same moment, on two real connections: nobody waits in a circle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from backoffice.core.errors import DomainError
from backoffice.messaging import moving
from orders import by_hand, workflow
from orders.models import Order
from orders.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_validating_does_not_wait_for_whoever_holds_the_message():
    """Reading again holds the message and wants the order; validating has them the other way."""
    make.message_templates()
    message = make.MessageFactory.create(status="done")
    order = make.order_with_line(message=message)
    salma, hamid = make.clerk("salma"), make.clerk("hamid")
    leila = make.staff("leila", "add_order")

    def validate() -> str:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                return workflow.validate(order.pk, by=hamid).status
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        moving.process_again(message.pk, by=salma)
        by_hand.open_order(message.pk, by=leila)
        assert pool.submit(validate).result() == "validated"


def test_two_orders_marked_as_each_others_copy_at_once_are_not_both_marked():
    orders = [make.order_with_line(), make.order_with_line()]
    salma = make.clerk()
    start = Barrier(2)

    def mark(copy: Order, original: Order) -> bool:
        start.wait()
        try:
            workflow.edit(copy.pk, by=salma, changes={"duplicate_of_id": original.pk})
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        marked = list(pool.map(mark, orders, reversed(orders)))

    assert sorted(marked) == [False, True]
    assert Order.objects.filter(duplicate_of__isnull=False).count() == 1
