"""A stranger who orders in a customer's name is told nothing of that customer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.testing.messages import received_message
from crm import customers
from crm.models import Customer, CustomerIdentity
from orders import workflow
from orders.models import Order
from orders.tests import factories as make
from support import compat, merging, tasks
from support.automatic import texts
from support.incoming import intake
from support.models import Category, Draft, ShopOrder, Ticket
from support.order_lookup import order_facts, shop_orders
from support.tests.intake_mail import ORDERS, answered, arrive, asks, use_addresses, worked, written

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

NADIA = "nadia@boulangerie-nadia.example"
PHONE = "+212661234567"
STRANGER = "autre.personne@ailleurs.example"
BUYS = "Bonjour,\n\nMerci de nous préparer 5000 sachets fond plat kraft.\n\nCordialement,\n"
# What anybody can read on a firm's card: with its address, and without.
SIGNATURES = {
    "phone": "Nadia Alaoui\nBoulangerie Nadia\nTél. : 06 61 23 45 67",
    "phone and e-mail": f"Nadia Alaoui\nBoulangerie Nadia\nTél. : 06 61 23 45 67\n{NADIA}",
}
ASKS = "Bonjour, où en est ma commande 10402 ? Quand sera-t-elle livrée ?"


@pytest.fixture(autouse=True)
def _house(settings: Settings) -> None:
    use_addresses(settings)
    settings.OPENAI_API_KEY = ""
    settings.SHOP_NAME = "Maison Olivette"
    make.all_products()
    make.message_templates()


@pytest.fixture
def nadia() -> Customer:
    """A customer who waits for an order of the shop."""
    row = customers.register(
        name="Nadia Alaoui", company="Boulangerie Nadia", email=NADIA, phone=PHONE
    )
    ShopOrder.objects.create(
        number="10402",
        customer=row,
        email=NADIA,
        status="en transit",
        delivery_date=dt.date(2030, 5, 14),
        items="1 x Miroir Lune",
    )
    return row


def validated(message_id: int) -> Order:
    order = Order.objects.get(message=message_id)
    return workflow.validate(order.pk, by=make.clerk("validator"))


def asked(**headers: str) -> Ticket:
    """What became of a question to the support mailbox, its draft written."""
    _message, ticket = asks(ASKS, **headers)
    return drafted(ticket)


def drafted(ticket: Ticket) -> Ticket:
    tasks.write_draft(ticket.drafts.get(status=Draft.Status.WAITING).pk)
    ticket.refresh_from_db()
    return ticket


def assert_nothing_is_told(ticket: Ticket, nadia: Customer) -> None:
    draft = ticket.drafts.latest("pk")
    told = f"{draft.body} {draft.facts}"
    assert (ticket.shop_order, ticket.order) == (None, None)
    assert [word for word in ("Miroir", "transit", "14 mai", "Alaoui") if word in told] == []
    assert [one.number for one in order_facts.of_person(nadia, ticket.email)] != ["10402"]
    assert order_facts.reader_of(ticket) is None


@pytest.mark.parametrize("signature", SIGNATURES)
def test_an_order_in_the_customers_name_tells_its_sender_nothing(nadia: Customer, signature: str):
    raw = written(
        BUYS + SIGNATURES[signature], From=STRANGER, To=ORDERS, Subject="Nouvelle commande"
    )
    order = validated(arrive(raw, desk="orders").pk)
    assert order.customer == nadia

    ticket = asked(From=STRANGER)

    assert_nothing_is_told(ticket, nadia)
    confirmed = CustomerIdentity.objects.filter(customer=nadia, is_confirmed=True)
    assert set(confirmed.values_list("value", flat=True)) == {NADIA, PHONE}


def test_who_was_learnt_is_shown_to_staff_with_a_warning(nadia: Customer, admin_client: Client):
    raw = written(BUYS + SIGNATURES["phone"], From=STRANGER, To=ORDERS, Subject="Commande")
    validated(arrive(raw, desk="orders").pk)
    Category.objects.update(automatic_mode="on", automatic_confidence=0.5, automatic_daily_limit=99)
    for category in Category.objects.all():
        category.automatic_texts = texts.of(category)
        category.save()

    ticket = asked(From=STRANGER)

    warning = order_facts.unconfirmed(nadia)
    assert ticket.customer == nadia
    assert warning in ticket.attention.splitlines()
    page = admin_client.get(reverse("admin:support_ticket_change", args=[ticket.pk]))
    assert page.context["unconfirmed"] == warning
    assert page.context["orders"][0].facts.source == "desk"
    assert ticket.status == Ticket.Status.NEW


def test_once_a_person_confirms_the_address_it_is_told(nadia: Customer):
    customers.add_identities(nadia, [("email", STRANGER)], confirmed=False)
    ticket = asked(From=STRANGER)
    assert_nothing_is_told(ticket, nadia)

    customers.add_identities(nadia, [("email", STRANGER)])
    again = asked(From=STRANGER, Subject="Encore moi")

    assert again.shop_order is not None
    assert again.attention == ""


def test_a_number_learnt_from_an_order_tells_nothing_by_whatsapp(nadia: Customer):
    sender = {"channel": "whatsapp", "sender_phone": "+212699999999", "sender_name": "Nadia"}
    first = received_message(
        desk="orders", body=BUYS + SIGNATURES["phone and e-mail"], external_id="SM1", **sender
    )
    assert validated(worked(first).pk).customer == nadia

    second = worked(received_message(desk="support", body=ASKS, external_id="SM2", **sender))

    ticket = intake.ticket_of(second)
    assert ticket is not None
    ticket = drafted(ticket)
    assert_nothing_is_told(ticket, nadia)
    assert order_facts.unconfirmed(nadia) in ticket.attention


def test_a_new_customer_is_only_who_wrote_and_not_whom_they_name():
    # Nobody is registered with the address that the order names; the shop has an order of it.
    ShopOrder.objects.create(number="10402", email=NADIA, items="1 x Miroir Lune")
    sender = {"channel": "whatsapp", "sender_phone": "+212699999999", "sender_name": "Autre"}
    words = f"{BUYS}Autre Personne\n{NADIA}"
    first = received_message(desk="orders", body=words, external_id="SM1", **sender)
    order = validated(worked(first).pk)

    assert order.customer is not None
    rows = order.customer.identities.order_by("value")
    assert [(row.value, row.is_confirmed) for row in rows] == [
        ("+212699999999", True),
        (NADIA, False),
    ]
    assert [one.source for one in order_facts.of_person(order.customer, "")] == ["desk"]
    assert shop_orders.owners_of([NADIA]) == {}


def test_a_learnt_address_does_not_join_the_customers_ticket(nadia: Customer):
    first, theirs = asks(From=NADIA)
    customers.add_identities(nadia, [("email", STRANGER)], confirmed=False)

    _message, ticket = asks(From=STRANGER, In_Reply_To=first.external_id)

    assert ticket != theirs
    assert theirs.number in ticket.attention


def test_the_customer_does_not_join_the_strangers_ticket_either(nadia: Customer):
    customers.add_identities(nadia, [("email", STRANGER)], confirmed=False)
    first, strangers = asks(From=STRANGER)
    assert strangers.customer == nadia

    _message, ticket = asks(From=NADIA, In_Reply_To=first.external_id)

    assert ticket != strangers


def test_answering_a_learnt_address_does_not_confirm_it(nadia: Customer):
    customers.add_identities(nadia, [("email", STRANGER)], confirmed=False)
    other = Customer.objects.create(name="Autre")
    customers.add_identities(other, [("email", STRANGER)], confirmed=False)
    ShopOrder.objects.create(number="777", email=STRANGER)
    _message, ticket = asks(From=STRANGER)
    assert ticket.customer is None

    answered(ticket)
    _message, ticket = asks(From=STRANGER, Subject="Une autre question")

    assert not CustomerIdentity.objects.filter(value=STRANGER, is_confirmed=True).exists()
    assert [one.number for one in order_facts.of_person(nadia, STRANGER)] == ["777"]


def test_a_program_gets_no_customer_by_a_learnt_address(nadia: Customer):
    customers.add_identities(nadia, [("email", STRANGER)], confirmed=False)
    shop = compat.DatabaseManager()

    assert shop.get_client_by_email(STRANGER) is None
    with translation.override("en"), pytest.raises(DomainError, match="learnt from an order"):
        shop.create_client(STRANGER, "Alaoui", "Nadia")


def test_a_repeat_order_of_a_strange_address_says_what_its_confirmation_tells(nadia: Customer):
    earlier = make.validated_order(nadia, make.later(days=-14))
    make.OrderLineFactory.create(order=earlier)
    raw = written(
        f"Bonjour, même commande que d'habitude svp.\n\n{SIGNATURES['phone']}",
        From=STRANGER,
        To=ORDERS,
        Subject="Commande habituelle",
    )

    with translation.override("en"):
        order = Order.objects.get(message=arrive(raw, desk="orders"))

    assert order.renewed_from == earlier
    assert "The address is not confirmed as theirs: make sure who wrote this." in order.attention


def test_two_tickets_of_one_learnt_customer_are_not_merged(nadia: Customer):
    customers.add_identities(nadia, [("email", STRANGER)], confirmed=False)
    _one, theirs = asks(From=NADIA)
    _two, strangers = asks(From=STRANGER)

    assert not merging.are_of_one_person(theirs, strangers)
