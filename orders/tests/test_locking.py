"""Two people at the same moment, on two real connections: nobody waits in a circle."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from backoffice.core.errors import DomainError
from backoffice.messaging import moving
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm import customers
from crm.duplicates import merging
from orders import by_hand, intake, workflow
from orders.models import ChangeRequest, Order
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
                cursor.execute("SET LOCAL lock_timeout = '30s'")
                return workflow.validate(order.pk, by=hamid).status
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        moving.process_again(message.pk, by=salma)
        by_hand.open_order(message.pk, by=leila)
        assert pool.submit(validate).result() == "validated"


def test_taking_a_message_back_does_not_hold_its_change_while_it_waits_for_its_order():
    """The message orders, and asks for a change that somebody puts against this very order."""
    message = make.MessageFactory.create(status="done")
    order = make.order_with_line(message=message)
    asked = make.ChangeRequestFactory.create(message=message)

    def take_back() -> None:
        try:
            intake.withdraw(message)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Order.objects.select_for_update(no_key=True).get(pk=order.pk)
            taken = pool.submit(take_back)
            wait_until(somebody_waits_for_us, within=30)
            ChangeRequest.objects.select_for_update(no_key=True).get(pk=asked.pk)
        taken.result()

    assert (message.orders.count(), message.change_requests.count()) == (0, 0)


def test_a_merge_of_customers_and_a_validation_do_not_wait_in_a_circle():
    """Validating holds the order and then adds the customer's addresses, which a merge moves."""
    kept, merged = (make.CustomerFactory.create(email=f"{name}@example.com") for name in "ab")
    order = make.order_with_line(customer=merged)

    def merge() -> None:
        try:
            merging.merge(kept.pk, merged.pk, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Order.objects.select_for_update(no_key=True).get(pk=order.pk)
            joined = pool.submit(merge)
            wait_until(somebody_waits_for_us, within=30)
            customers.add_identities(merged, [("email", "b@example.com")], confirmed=False)
        joined.result()

    order.refresh_from_db()
    assert order.customer == kept


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
