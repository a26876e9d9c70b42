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
        (INFORMATION, "expédiée", 0, ""),
        (INFORMATION, "en préparation", None, ""),
        (INFORMATION, "expédiée", -1, "was to arrive on"),
        (INFORMATION, "", -1, "was to arrive on"),
        (INFORMATION, "", 3, "not known how far"),
        (INFORMATION, "livrée", -3, "find out why the customer asks"),
        (INFORMATION, "remboursée", -9, "why nothing comes"),
        (INFORMATION, "annulée", 4, "why nothing comes"),
        (INFORMATION, "Retour à l'expéditeur", 4, "why nothing comes"),
        (INFORMATION, "returned to sender", 4, "why nothing comes"),
        (INFORMATION, "problème d'adresse", 4, "before you promise a date"),
        (LATE, "problème d'adresse", 4, "before you promise a date"),
        (LATE, "en litige", -4, "before you promise a date"),
        (LATE, "Colis perdu", -4, "before you promise a date"),
        (LATE, "Bloquée en douane", -4, "before you promise a date"),
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


@pytest.mark.parametrize(
    ("status", "days", "asked", "is_told"),
    [
        ("expédiée", -3, {"carrier"}, False),
        ("expédiée", -3, {"tracking_number"}, False),
        ("expédiée", -3, {"order_status"}, True),
        ("expédiée", -3, {"delivery_date", "items"}, True),
        ("livrée", -3, {"order_total", "items", "order_date"}, False),
        ("livrée", -3, {"tracking_number"}, True),
        ("annulée", 3, {"delivery_date"}, True),
        ("expédiée", 3, {"delivery_date"}, False),
        ("expédiée", -3, {"other"}, True),
        ("colis perdu", 3, {"items"}, True),
    ],
)
def test_what_does_not_depend_on_the_way_of_the_order_may_be_told_of_any(
    status: str,
    days: int,
    asked: set[str],
    is_told: bool,  # noqa: FBT001 - a case
):
    date = timezone.localdate() + timedelta(days=days)
    order = OrderFacts("shop", 1, "10402", status=status, delivery_date=date)

    found = order_fit.disagreement(Category.objects.get(key=INFORMATION), order, asked)

    assert bool(found) == is_told
