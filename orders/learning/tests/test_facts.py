"""Facts under several decisions, one after the other and at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from orders import workflow
from orders.learning import facts
from orders.learning.facts import Kind
from orders.learning.tests.desk import FLAT
from orders.models import LearnedFact, Lesson, Order
from orders.tests import factories as make


@pytest.mark.django_db
def test_a_fact_grows_with_each_order_and_is_halved_by_each_that_contradicts():
    customer = make.CustomerFactory.create()
    orders = [make.OrderFactory.create() for _number in range(6)]
    product = make.product(FLAT)

    def strength() -> int:
        return LearnedFact.objects.get().times_seen

    # Each order twice: it counts once.
    for order in [*orders[:4], *orders[:4]]:
        facts.teach(Kind.PRODUCT_WORD, order, customer=customer, product=product, phrase="zif")
    assert (strength(), LearnedFact.objects.get().learned_from) == (4, orders[3])
    facts.contradict(LearnedFact.objects.all(), orders[3])
    assert strength() == 4

    for order, expected in zip(orders[4:], (2, 1), strict=True):
        facts.contradict(LearnedFact.objects.all(), order)
        assert strength() == expected
    assert Lesson.objects.filter(agrees=False).count() == 2


@pytest.mark.django_db
def test_facts_that_are_off_or_contradicted_are_not_in_use():
    kept = LearnedFact.objects.create(kind=Kind.PRODUCT_WORD, phrase="a")
    LearnedFact.objects.create(kind=Kind.PRODUCT_WORD, phrase="b", is_active=False)
    LearnedFact.objects.create(kind=Kind.PRODUCT_WORD, phrase="c", times_seen=0)

    assert list(facts.in_use()) == [kept]


@pytest.mark.django_db(transaction=True)
def test_two_orders_validated_at_once_both_count():
    customer = make.CustomerFactory.create()
    make.all_products()
    make.message_templates()
    clerk = make.clerk()
    orders = []
    for number in range(2):
        message = make.MessageFactory.create(body=f"Bonjour, {number + 2}00 zif svp")
        order = make.OrderFactory.create(
            message=message,
            customer=customer,
            method=Order.Method.MANUAL,
            email=f"{number}@x.example",
        )
        make.OrderLineFactory.create(order=order, description="zif", quantity=200 + number * 100)
        orders.append(order)
    both = Barrier(2)

    def decide(order: Order) -> None:
        both.wait()
        try:
            workflow.validate(order.pk, by=clerk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, orders))

    fact = LearnedFact.objects.get(kind=Kind.PRODUCT_WORD)
    assert (fact.phrase, fact.times_seen, fact.lessons.count()) == ("zif", 2, 2)
