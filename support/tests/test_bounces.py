from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.models import InboundMessage, OutboundMessage
from support.drafting import requests
from support.incoming import bounces
from support.models import Ticket, TicketEvent
from support.tests.intake_mail import (
    SALMA,
    answered,
    arrive,
    asks,
    machine_mail,
    use_addresses,
    worked,
    written,
)

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
REPLY = "<reply@olivette.example>"
FINAL = {
    "bounce-postfix": "there is no such mailbox (5.1.1)",
    "bounce-exchange": "the mailbox is full (5.2.2)",
    "bounce-gmail": "there is no such mailbox (5.1.1)",
    "bounce-blocked": "the other mail server refused the message (5.7.1)",
    "bounce-qmail": "there is no such mailbox (5.1.1)",
    "bounce-exim": "host mx.client.example: 550 mailbox unavailable",
    "bounce-letter": "L'adresse n'existe pas sur ce serveur.",
}


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    use_addresses(settings)


@pytest.mark.parametrize("name", FINAL)
def test_a_report_says_which_mail_did_not_arrive_and_why(name: str):
    found = bounces.read(machine_mail(name, reply_id=REPLY))

    assert found is not None
    assert (found.recipients, found.is_final, found.why) == ((SALMA,), True, FINAL[name])
    assert found.ids in {(REPLY,), ()}


def test_what_is_late_is_not_lost():
    found = bounces.read(machine_mail("delayed-postfix", reply_id=REPLY))

    assert found is not None
    assert (found.ids, found.is_final) == ((REPLY,), False)


@pytest.mark.parametrize("raw", [b"", b"From: a@b.example\n\n<a@b.example>:\nno", written()])
def test_a_letter_of_a_person_is_no_report(raw: bytes):
    assert bounces.read(raw) is None


@pytest.mark.parametrize(
    "body",
    [b"<" * 200_000, b"address " * 30_000, b"\n" * 200_000, b"a" * 200_000, b"To: <a@" * 30_000],
)
def test_a_report_made_to_be_slow_is_not(body: bytes):
    bounces.read(b"From: mailer-daemon@x.example\nSubject: failure notice\n\n" + body)


@pytest.mark.parametrize("name", FINAL)
@pytest.mark.parametrize("desk", ["support", "orders"])
def test_a_reply_that_came_back_opens_its_ticket(name: str, desk: str):
    _message, ticket = asks()
    reply = answered(ticket)

    message = arrive(machine_mail(name, reply_id=reply.provider_id), desk=desk)

    ticket.refresh_from_db()
    reply.refresh_from_db()
    kept = message.ticket_message
    assert (message.status, kept.kind, kept.ticket) == ("done", "bounce", ticket)
    assert (ticket.status, ticket.outcome, ticket.ended_at) == ("in_progress", "", None)
    assert (ticket.revision, ticket.reopened) == (1, 0)
    assert FINAL[name] in ticket.attention
    assert SALMA in ticket.attention
    event = ticket.events.get(kind=TicketEvent.Kind.BOUNCED)
    assert FINAL[name] in event.note
    assert (reply.status, reply.error_code) == ("failed", "bounced")
    assert ticket.drafts.filter(status__in=("waiting", "ready")).count() == 0


def test_nothing_is_written_by_itself_to_an_address_that_does_not_work():
    _message, ticket = asks()
    reply = answered(ticket)
    arrive(machine_mail("bounce-postfix", reply_id=reply.provider_id))

    assert requests.request_missing() == 0
    # The customer's next message shows that the address works.
    asks("Je n'ai pas eu de réponse", In_Reply_To=reply.provider_id)
    assert ticket.drafts.filter(status="waiting").count() == 1


def test_a_report_read_twice_counts_once():
    _message, ticket = asks()
    reply = answered(ticket)
    message = arrive(machine_mail("bounce-postfix", reply_id=reply.provider_id))
    InboundMessage.objects.update(status="received", attempts=0)
    worked(message)

    assert ticket.events.filter(kind="bounced").count() == 1


def test_a_late_reply_leaves_the_ticket_as_it_is():
    _message, ticket = asks()
    reply = answered(ticket)

    message = arrive(machine_mail("delayed-postfix", reply_id=reply.provider_id))

    ticket.refresh_from_db()
    reply.refresh_from_db()
    assert (message.ticket_message.kind, ticket.status, reply.status) == (
        "bounce",
        "answered",
        "sent",
    )


def test_the_copy_names_our_reply_even_if_its_recipient_forwards_elsewhere():
    _message, ticket = asks()
    reply = answered(ticket)

    arrive(machine_mail("bounce-postfix", reply_id=reply.provider_id, to="ailleurs@x.example"))

    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_a_report_about_a_mail_of_another_desk_is_nobodys_here():
    _message, ticket = asks()
    reply = answered(ticket)
    OutboundMessage.objects.filter(pk=reply.pk).update(about_type=None, about_id=None)

    message = arrive(machine_mail("bounce-postfix", reply_id=reply.provider_id))

    ticket.refresh_from_db()
    assert (message.status, message.kind, ticket.status) == ("not_for_us", "bounce", "answered")
    assert Ticket.objects.count() == 1
