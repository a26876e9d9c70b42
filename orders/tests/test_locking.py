"""Two people at the same moment, on two real connections: nobody waits in a circle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from backoffice.messaging import moving
from orders import by_hand, workflow
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
