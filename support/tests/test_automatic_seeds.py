"""The whole way with what we ship and every switch on: who gets an answer without a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone, translation

from backoffice.messaging.models import OutboundMessage
from support import tasks
from support.automatic import texts
from support.models import AutomaticTrial, Category, Draft, ShopOrder
from support.tests import tickets

if TYPE_CHECKING:
    from support.models import Ticket

pytestmark = pytest.mark.django_db

TRACKING = "6A05551234"


@pytest.fixture
def _on() -> None:
    """Every category that may answers, with the templates as they are shipped."""
    for category in Category.objects.exclude(is_fallback=True):
        category.automatic_mode = "on"
        category.automatic_confidence = 0.6
        category.automatic_texts = texts.of(category)
        category.save()


def asked(words: str, *, status: str = "expédiée", days: int = 3, tracking: str = "") -> Ticket:
    """A ticket about the customer's own order, drafted, and answered where that may be."""
    ShopOrder.objects.create(
        number="10402",
        email="salma@example.com",
        status=status,
        delivery_date=timezone.localdate() + timedelta(days=days),
        items="4 x Chaise Lin",
        total=412,
        currency="EUR",
        carrier="Colissimo" if tracking else "",
        tracking_number=tracking,
    )
    ticket = tickets.ticket(
        category=None, category_method="", category_confidence=0, words=words, language=""
    )
    draft = Draft.objects.create(ticket=ticket, revision=1)
    tasks.write_draft(draft.pk)
    ticket.refresh_from_db()
    return ticket


@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Bonjour, pouvez-vous me donner le statut de ma commande 10402 ? Merci.", "expédiée"),
        ("Hello, which courier is bringing order 10402? Thanks.", "Colissimo"),
        ("Hola, ¿me dan el número de seguimiento de mi pedido 10402?", TRACKING),
    ],
)
def test_a_question_about_a_known_fact_is_answered_with_it(words: str, told: str):
    ticket = asked(words, tracking=TRACKING)

    assert AutomaticTrial.objects.get().reasons == []
    assert ticket.status == "answered_automatically"
    assert told in OutboundMessage.objects.get().body


@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize(
    "words",
    [
        "Bonjour, je voudrais annuler ma commande 10402 svp.",
        "Bonjour, j'ai déménagé, pouvez-vous changer l'adresse de ma commande 10402 ?",
        "Pourriez-vous m'envoyer la facture de la commande 10402 ?",
        "Can I add a cushion to order 10402 before it ships?",
        "Quel est le numéro de suivi de ma commande 10402 ?",
        "Je souhaite être remboursé de la commande 10402, elle ne me convient pas.",
        "La chaise de la commande 10402 est arrivée avec un pied cassé.",
        "Ma commande 10402 est en retard, où est mon colis ?",
        "Rendez-moi mon argent pour la 10402.",
        "bj 10402",
    ],
)
def test_whoever_needs_somebody_gets_a_person(words: str):
    ticket = asked(words)

    assert AutomaticTrial.objects.get().was_fit is False
    assert OutboundMessage.objects.count() == 0
    assert ticket.status == "new"


def test_who_asks_for_a_deed_is_not_told_that_the_facts_are_the_answer():
    asked("Bonjour, pouvez-vous m'envoyer la facture de la commande 10402 ?")
    draft = Draft.objects.get()

    assert (draft.template.name if draft.template else "") == "Facture ou modification"


def test_what_is_known_only_once_the_order_is_sent_is_left_out_without_a_word():
    asked("Bonjour, quel est le statut de ma commande 10402 ?", status="en préparation")
    draft = Draft.objects.get()

    assert (draft.missing, draft.notes) == ([], "")
    assert "transporteur" not in draft.body.lower()


@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize(
    ("status", "days"),
    [
        ("expédiée", -2),
        ("en préparation", -9),
        ("livrée", -2),
        ("annulée", 3),
        ("remboursée", -5),
        ("Retour à l'expéditeur", 3),
        ("problème d'adresse", 3),
        ("en litige", 3),
        ("colis perdu", 3),
        ("", 3),
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        "Bonjour, pouvez-vous me donner le statut de ma commande 10402 ? Merci.",
        "Hello, when does order 10402 arrive?",
    ],
)
def test_where_an_order_is_that_is_not_on_its_way_a_person_tells(
    words: str, status: str, days: int
):
    ticket = asked(words, status=status, days=days, tracking=TRACKING)

    assert AutomaticTrial.objects.get().was_fit is False
    assert ticket.attention != ""
    assert OutboundMessage.objects.count() == 0


@pytest.mark.usefixtures("_on")
def test_what_an_overdue_order_costs_is_told_as_before():
    asked("Quel est le montant total de ma commande 10402 ?", days=-2, tracking=TRACKING)

    assert AutomaticTrial.objects.get().reasons == []


def test_staff_read_what_the_reply_leaves_unsaid():
    with translation.override("en"):
        ticket = asked(
            "La chaise de la commande 10402 est arrivée avec un pied cassé. Quel transporteur ?",
            status="livrée",
            days=-2,
            tracking=TRACKING,
        )

        told = [one for one in ticket.attention.splitlines() if "does not tell" in one]
    assert told == ["The customer asks for what the reply does not tell: carrier."]
