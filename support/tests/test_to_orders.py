"""A person tells the machine that a message is an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from backoffice.core.errors import DomainError
from orders.models import Order
from support import workflow
from support.incoming import intake, to_orders
from support.models import Ticket
from support.tests import tickets as make
from support.tests.intake_mail import answered, arrive, asks, use_addresses, worked, written

if TYPE_CHECKING:
    from pytest_django import Settings

    from backoffice.messaging.models import InboundMessage

pytestmark = pytest.mark.django_db
# Too polite for the machine.
ORDER = "Bonjour, il nous faudrait 2000 sachets fond plat kraft, est-ce possible pour lundi ?"


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    use_addresses(settings)
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def omar() -> User:
    user = make.agent()
    user.user_permissions.add(Permission.objects.get(codename="process_inboundmessage"))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def client(omar: User) -> Client:
    client = Client()
    client.force_login(omar)
    return client


def press(client: Client, ticket: Ticket, message: InboundMessage) -> str:
    """What the dialog posts; the address that its answer leads to."""
    row = message.ticket_message.pk
    address = reverse("admin:support_ticket_is_order", args=[ticket.pk]) + f"?message={row}"
    answer = client.post(address, {"_form_submitted": "on"}, headers={"HX-Request": "true"})
    return str(answer.headers["HX-Redirect"])


def page(ticket: Ticket) -> str:
    return reverse("admin:support_ticket_change", args=[ticket.pk])


def test_the_message_goes_to_the_order_desk_and_the_next_ticket_opens(client: Client):
    other = make.ticket()
    message, ticket = asks(ORDER, Subject="Sachets")

    assert press(client, ticket, message) == page(other)

    message.refresh_from_db()
    assert (message.desk, message.handed_from) == ("orders", "support")
    assert list(Ticket.objects.all()) == [other]
    worked(message)
    assert Order.objects.filter(message=message).count() == 1


def test_a_ticket_of_more_stays_open_without_it(client: Client, omar: User):
    first, ticket = asks()
    message, _same = asks(ORDER, In_Reply_To=first.external_id)

    assert press(client, ticket, message) == page(ticket)

    ticket.refresh_from_db()
    assert (ticket.is_open, ticket.thread.get().message) == (True, first)
    note = ticket.events.get(kind="note")
    assert note.actor == omar


def test_what_the_order_desk_took_for_a_question_waits_there_for_a_person(client: Client):
    message = arrive(written("Où en est ma commande ?", Subject="Sachets"), desk="orders")
    ticket = intake.ticket_of(message)
    assert ticket is not None

    assert press(client, ticket, message) == reverse("admin:support_ticket_changelist")

    message.refresh_from_db()
    assert (message.desk, message.status) == ("orders", "needs_attention")
    assert "Omar Idrissi" in message.reason
    assert not Ticket.objects.exists()


def test_what_was_answered_stays(omar: User):
    first, ticket = asks()
    answered(ticket)
    asks(ORDER, In_Reply_To=first.external_id)

    with pytest.raises(DomainError) as refused:
        to_orders.hand_over(ticket.pk, first.ticket_message.pk, by=omar)

    assert refused.value.code == "ticket_answered"
    first.refresh_from_db()
    assert first.desk == "support"


def test_a_message_of_another_ticket_is_not_taken_from_here(omar: User):
    message, _ticket = asks()
    other = make.ticket()

    with pytest.raises(DomainError) as refused:
        to_orders.hand_over(other.pk, message.ticket_message.pk, by=omar)

    assert refused.value.code == "not_found"


def test_it_takes_the_permission_to_move_messages(client: Client, omar: User):
    message, ticket = asks()
    link = reverse("admin:support_ticket_is_order", args=[ticket.pk])
    assert link in client.get(page(ticket)).content.decode()
    omar.user_permissions.remove(Permission.objects.get(codename="process_inboundmessage"))

    assert link not in client.get(page(ticket)).content.decode()
    assert client.post(link, {"_form_submitted": "on"}).status_code == 403
    with pytest.raises(PermissionDenied):
        to_orders.hand_over(ticket.pk, message.ticket_message.pk, by=User.objects.get(pk=omar.pk))


def test_an_ended_ticket_gives_nothing_away(client: Client, omar: User):
    _message, ticket = asks()
    workflow.close(ticket.pk, by=omar)

    link = reverse("admin:support_ticket_is_order", args=[ticket.pk])
    assert link not in client.get(page(ticket)).content.decode()
