"""Whether an order is in the state that a category supposes: staff are told, nothing goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from support import triage
from support.models import Category, ShopOrder
from support.order_lookup import order_fit
from support.order_lookup.order_facts import OrderFacts
from support.tests import automatic as make
from support.tests import tickets

pytestmark = pytest.mark.django_db

LATE, REFUND, DEFECT, INFORMATION = (
    "Retard de livraison",
    "Remboursement",
    "Produit défectueux",
    "Information commande",
)


@pytest.mark.parametrize(
    ("category", "status", "days", "told"),
    [
        (LATE, "expédiée", -3, ""),
        (LATE, "expédiée", None, ""),
        (LATE, "", -3, ""),
        (LATE, "expédiée", 0, "is not late"),
        (LATE, "In transit", 2, "is not late"),
        (LATE, "قيد الشحن", 2, "is not late"),
        (LATE, "livrée", -3, "has it gone astray"),
        (LATE, "entregado", -3, "has it gone astray"),
        (LATE, "remboursée", -3, "nothing more is on its way"),
        (LATE, "retournée à l'expéditeur", -3, "nothing more is on its way"),
        (LATE, "cancelled", 4, "nothing more is on its way"),
        (REFUND, "remboursée", -3, "do not promise a refund once more"),
        (REFUND, "refunded", -3, "do not promise a refund once more"),
        (REFUND, "annulée", -3, ""),
        (REFUND, "livrée", -3, ""),
        (DEFECT, "livrée", -3, ""),
        (DEFECT, "partiellement livrée", -3, ""),
        (DEFECT, "en préparation", 4, "not delivered"),
        (DEFECT, "remboursée", -9, "not delivered"),
        (INFORMATION, "remboursée", -9, ""),
    ],
)
def test_what_contradicts_the_category_is_told_in_a_sentence(
    category: str, status: str, days: int | None, told: str
):
    date = None if days is None else timezone.localdate() + timedelta(days=days)
    order = OrderFacts("shop", 1, "10402", status=status, delivery_date=date)

    with translation.override("en"):
        found = order_fit.disagreement(Category.objects.get(key=category), order)

    assert (told in found) if told else (found == "")


def test_staff_read_on_the_ticket_that_the_order_is_not_late():
    date = timezone.localdate() + timedelta(days=3)
    ShopOrder.objects.create(
        number="10402", email="salma@example.com", status="expédiée", delivery_date=date
    )
    ticket = tickets.ticket(
        words="Ma commande 10402 est en retard, je l'attends depuis deux semaines !"
    )

    with translation.override("en"):
        found = triage.assess(ticket)

    assert found.category.key == LATE
    assert [one for one in found.attention if "is not late" in one] != []


def test_no_answer_goes_that_the_order_contradicts():
    draft = make.fit()
    ShopOrder.objects.update(status="Livrée", delivery_date=timezone.localdate())

    assert make.reasons(draft) == ["order_differs"]
