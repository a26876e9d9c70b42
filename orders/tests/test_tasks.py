from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import translation

from backoffice.messaging.models import OutboundMessage
from orders import tasks, workflow
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
NO_QUANTITY = "Line 1 (Sachets fond plat) has no quantity."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def history(order: Order) -> list[tuple[str, str | None, str]]:
    events = order.events.exclude(kind="notified")
    return list(events.values_list("kind", "actor__username", "note"))


def incomplete() -> Order:
    order = make.OrderFactory.create()
    make.OrderLineFactory.create(order=order, quantity=None)
    return order


def test_decisions_in_the_background_are_those_of_the_person_who_asked():
    first, second = make.order_with_line(), make.order_with_line()
    salma = make.clerk()

    tasks.validate_as(first.pk, salma.pk)
    tasks.reject_as(second.pk, salma.pk, "Rupture de kraft")

    assert history(first) == [("validated", "salma", "")]
    assert history(second) == [("rejected", "salma", "Rupture de kraft")]


def test_order_that_cannot_be_decided_says_why_in_its_history_once():
    order, salma = incomplete(), make.clerk()

    for _delivery in range(2):
        tasks.validate_as(order.pk, salma.pk)

    order.refresh_from_db()
    assert (order.status, history(order)) == ("pending", [("refused", "salma", NO_QUANTITY)])


def test_order_decided_by_a_colleague_meanwhile_says_so():
    order = make.order_with_line()
    tasks.validate_as(order.pk, make.clerk("omar").pk)

    tasks.reject_as(order.pk, make.clerk("salma").pk, "non")

    (decided, refused) = history(order)
    assert (decided[:2], refused[:2]) == (("validated", "omar"), ("refused", "salma"))
    assert "was already validated by omar at" in refused[2]


def test_a_decision_that_is_delivered_twice_leaves_one_trace():
    order, salma = make.order_with_line(), make.clerk()

    for _delivery in range(2):
        tasks.validate_as(order.pk, salma.pk)

    assert (history(order), OutboundMessage.objects.count()) == ([("validated", "salma", "")], 1)


def test_somebody_without_the_right_decides_nothing_and_the_order_says_so():
    order = make.order_with_line()
    leila, gone = make.staff("leila", "view_order"), make.clerk("gone")
    gone.is_active = False
    gone.save()

    for user in (leila, gone):
        tasks.validate_as(order.pk, user.pk)

    sentence = "This takes the permission “orders.validate_order”."
    assert history(order) == [("refused", "leila", sentence), ("refused", "gone", sentence)]
    order.refresh_from_db()
    assert order.status == "pending"


def test_order_that_is_gone_is_nobodys_business():
    tasks.validate_as(4711, make.clerk().pk)

    assert not Order.objects.exists()


def test_the_list_flags_what_the_background_could_not_decide(client: Client):
    order, salma = incomplete(), make.clerk()
    client.force_login(salma)
    changelist = reverse("admin:orders_order_changelist")

    def is_flagged() -> bool:
        return "décision impossible" in client.get(changelist).content.decode()

    assert not is_flagged()
    tasks.validate_as(order.pk, salma.pk)
    assert is_flagged()
    workflow.edit(order.pk, by=salma, changes={"notes": "asked by phone"})
    assert not is_flagged()
