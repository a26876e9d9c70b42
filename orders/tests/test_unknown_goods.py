"""Short messages with a quantity of something nobody knows: a person has to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from orders.learning.tests.desk import arrive
from orders.models import Order
from orders.tests import factories as make
from orders.unknown_goods import said_in

if TYPE_CHECKING:
    from pytest_django import Settings


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Bonjour 3000 zif svp", "3000 zif"),
        ("Bonjour, je veux 3 000 zif pour lundi", "3 000 zif"),
        ("slm bghit 500 dyal zif", "500 zif"),
        ("200 cartons svp", "200 cartons"),
        ("3000 dh versés ce matin", ""),
        ("RDV lundi à 10 heures au 12 rue Atlas", ""),
        ("Le code est 1234 merci", ""),
        ("ok je vous confirme demain pour les 5000 sachets", ""),
        ("Facture 2024 reçue", ""),
        ("Merci, 2025 sera une belle année", ""),
        ("Mon numéro : 0661000211 Karim", ""),
        ("Bonjour, " + "je vous écris au sujet de notre réunion " * 3 + "avec 300 invités", ""),
    ],
)
def test_quantity_beside_unknown_words(body: str, said: str):
    assert said_in(make.content(body)) == said


@pytest.mark.django_db
def test_message_waits_for_a_person_who_opens_the_order(settings: Settings):
    settings.OPENAI_API_KEY = ""
    make.all_products()

    with translation.override("en"):
        message = arrive("Bonjour, je veux 3000 zif pour lundi")

    assert (message.status, message.kind) == ("needs_attention", "other")
    assert message.reason.startswith("“3000 zif” may be an order, but of which product?")
    assert not Order.objects.exists()
