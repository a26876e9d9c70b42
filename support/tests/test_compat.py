"""The first system's classes, over today's tickets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from backoffice.core.errors import DomainError
from backoffice.messaging.models import OutboundMessage
from crm.customers import register
from orders.tests import factories as make
from support import tasks
from support.compat import DatabaseManager, NotionManager, SupportAgent
from support.models import Category, Draft, ReplyTemplate, ShopOrder, Ticket

pytestmark = pytest.mark.django_db

LATE = "Bonjour, ma commande 10412 devait arriver le 8 avril et je n'ai toujours rien reçu."


@pytest.fixture
def agent() -> SupportAgent:
    return SupportAgent()


def shop_order(number: str = "10412", email: str = "camille@boite.example") -> ShopOrder:
    return ShopOrder.objects.create(
        number=number,
        email=email,
        status="en transit",
        ordered_on=dt.date(2026, 3, 30),
        total=Decimal("89.90"),
        currency="EUR",
        items="1 x Lampe\n2 x Bol",
    )


def test_customer_is_made_once_and_found_by_address():
    database = DatabaseManager()

    made = database.create_client("Camille@boite.example", "Roussel", "Camille")
    again = database.create_client("camille@boite.example", "Roussel", "Camille")

    assert again == made
    found = database.get_client_by_email(" CAMILLE@boite.example")
    assert found is not None
    assert (found["id"], found["nom"], found["prénom"]) == (made, "Roussel", "Camille")
    assert database.get_client_by_email("paul@boite.example") is None


def test_orders_and_figures_of_a_customer():
    database = DatabaseManager()
    camille = register(name="Camille Roussel", email="camille@boite.example")
    shop_order()
    shop_order("10413", "paul@boite.example")

    assert [one["id"] for one in database.get_commandes_by_client(camille.pk)] == ["10412"]
    stats = database.get_client_stats(camille.pk)
    assert (stats["nombre_commandes"], stats["montant_total"]) == (1, Decimal("89.90"))
    assert stats["derniere_commande"] == dt.date(2026, 3, 30)
    with pytest.raises(DomainError, match="4711"):
        database.get_client_stats(4711)


def test_order_is_found_by_its_number_in_shop_and_order_desk():
    database = DatabaseManager()
    shop_order()
    make.order_with_line(number="CMD-2020-00042")

    found = database.get_commande_by_id(10412)
    assert found is not None
    assert (found["statut"], found["articles"]) == ("en transit", ["1 x Lampe", "2 x Bol"])
    desk = database.get_commande_by_id("cmd-2020-00042")
    assert desk is not None
    assert desk["articles"] == ["Sachets fond plat 18x35"]
    assert database.get_commande_by_id(10499) is None


def test_message_is_understood_and_drafted_but_not_sent(agent: SupportAgent):
    shop_order()
    category = Category.objects.get(name="Retard de livraison")
    body = "Bonjour {customer_name}, votre commande {order_number} est : {order_status}."
    ReplyTemplate.objects.update_or_create(
        category=category, language="fr", position=0, defaults={"name": "Retard", "body": body}
    )

    told = agent.process_customer_message("camille@boite.example", LATE, 10412)

    ticket = Ticket.objects.get()
    assert (told["ticket_id"], told["statut"]) == (ticket.pk, "Nouveau")
    assert (told["catégorie"], told["id_commande"]) == ("Retard de livraison", "10412")
    assert "10412" in told["réponse_personnalisée"]
    assert told["confiance"] > 0.5
    assert not OutboundMessage.objects.exists()


def test_order_of_somebody_else_stays_out_of_the_reply(agent: SupportAgent):
    shop_order(email="paul@boite.example")

    told = agent.process_customer_message("camille@boite.example", LATE, 10412)

    assert "transit" not in told["réponse_personnalisée"]
    assert Ticket.objects.get().shop_order is None


def test_bad_address_is_refused(agent: SupportAgent):
    with pytest.raises(DomainError) as refused:
        agent.process_customer_message("camille", LATE)

    assert refused.value.field == "email"
    assert not Ticket.objects.exists()


def test_templates_of_a_category():
    notion = NotionManager()
    category = Category.objects.get(name="Remboursement")
    ReplyTemplate.objects.filter(category=category).delete()

    first = notion.create_reponse_type("remboursement", "Bonjour {customer_name},")
    second = notion.create_reponse_type("Remboursement", "Madame, Monsieur,")

    assert notion.create_reponse_type("Remboursement", "Madame, Monsieur,") == second
    found = notion.get_reponses_by_categorie("Remboursement")
    assert [(one["id"], one["réponse_générique"]) for one in found] == [
        (first, "Bonjour {customer_name},"),
        (second, "Madame, Monsieur,"),
    ]
    with pytest.raises(DomainError, match="password"):
        notion.create_reponse_type("Remboursement", "Bonjour {password}")
    with pytest.raises(DomainError, match="Météo"):
        notion.get_reponses_by_categorie("Météo")


def test_ticket_is_made_listed_and_answered():
    notion = NotionManager(by=User.objects.create_superuser("salma"))

    number = notion.create_contact_ticket("camille@boite.example", "Camille Roussel", 10412, LATE)

    (waiting,) = notion.get_pending_tickets()
    assert waiting == {
        "id": number,
        "nom_prenom": "Camille Roussel",
        "email_client": "camille@boite.example",
        "id_commande": "10412",
        "message_initial": LATE,
        "catégorie": "",
        "réponse_personnalisée": "",
        "statut": "Nouveau",
    }
    told = notion.update_ticket_response(number, "Bonjour Camille,", "En cours")
    assert (told["statut"], told["réponse_personnalisée"]) == ("En cours", "Bonjour Camille,")
    assert not OutboundMessage.objects.exists()
    told = notion.update_ticket_response(number, "Bonjour Camille, demain.", "Traité")
    assert (told["statut"], told["réponse_personnalisée"]) == (
        "Traité",
        "Bonjour Camille, demain.",
    )
    assert OutboundMessage.objects.get().recipient == "camille@boite.example"
    assert notion.get_pending_tickets() == []


def test_without_somebody_who_answers_nothing_is_sent():
    notion = NotionManager()
    number = notion.create_contact_ticket("camille@boite.example", "Camille", None, LATE)

    with pytest.raises(DomainError, match="NotionManager"):
        notion.update_ticket_response(number, "Bonjour", "Traité")
    with pytest.raises(DomainError, match="Parti"):
        notion.update_ticket_response(number, "Bonjour", "Parti")
    with pytest.raises(DomainError):
        notion.update_ticket_response(4711, "Bonjour")

    assert not OutboundMessage.objects.exists()


def test_pending_tickets_get_drafts_and_are_counted(agent: SupportAgent):
    number = NotionManager().create_contact_ticket("camille@boite.example", "", None, LATE)
    Draft.objects.all().delete()

    assert agent.process_pending_tickets() == {"brouillons_demandés": 1, "à_valider": 0}
    tasks.write_draft(Draft.objects.get(ticket=number).pk)
    assert agent.process_pending_tickets() == {"brouillons_demandés": 0, "à_valider": 1}

    counted = agent.get_statistics()
    assert counted["total_tickets"] == 1
    assert counted["par_statut"]["Nouveau"] == 1
    assert counted["par_catégorie"] == {"Retard de livraison": 1}
    assert counted["chiffres"]["backlog"]["total"] == 1


def test_words_that_no_database_keeps_are_cleaned(agent: SupportAgent):
    database, notion = DatabaseManager(), NotionManager()
    found = agent.process_customer_message("lea@boite.example", "Où est\0 mon colis\ud800 10412 ?")

    kept = notion.update_ticket_response(found["ticket_id"], "Bonjour,\0 il arrive.\ud800")

    assert found["message_initial"] == "Où est mon colis� 10412 ?"
    assert kept["réponse_personnalisée"] == "Bonjour, il arrive.�"
    assert database.get_client_by_email("lea\0@boite.example") is None
    assert database.get_commande_by_id("10412\0") is None
    with pytest.raises(DomainError) as refused:
        notion.get_reponses_by_categorie("Retour\0")
    assert (refused.value.code, refused.value.value) == ("unknown", "Retour")


def test_sizes_are_bounded(agent: SupportAgent):
    ticket_id = agent.process_customer_message("lea@boite.example", LATE)["ticket_id"]

    with pytest.raises(DomainError) as too_long:
        NotionManager().update_ticket_response(ticket_id, "x" * 20_001)
    with pytest.raises(DomainError) as below_zero:
        agent.process_pending_tickets(-1)
    assert too_long.value.code == "too_long"
    assert below_zero.value.code == "not_positive"
