"""The way of a conversation: mailbox, ticket, our reply, the customer's answer."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from backoffice.messaging import delivery, outbox, tasks
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.imap import ImapServer
from backoffice.testing.smtp import SmtpServer
from support.models import Ticket
from support.tests.intake_mail import ORDERS, SUPPORT, answered, asks, use_addresses, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        settings.COMPANY_NAME = "Maison Olivette"
        use_addresses(settings)
        yield server


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[ImapServer]:
    with ImapServer() as server:
        server.create("Support")
        settings.MAILBOXES = {**settings.MAILBOXES, "support": server.account("Support")}
        settings.MAIL_SINCE_DAYS = 0
        yield server


def fetch() -> None:
    call_command("fetch_mail", "--mailbox", "support")
    for message in InboundMessage.objects.filter(status="received").order_by("pk"):
        tasks.process_message(message.pk)


def sent(row: OutboundMessage) -> None:
    OutboundMessage.objects.filter(pk=row.pk).update(status="queued", sent_at=None)
    delivery.deliver(row.pk)


def test_a_conversation_comes_back_to_its_ticket(mailbox: ImapServer, smtp: SmtpServer):
    mailbox.append("Support", written(Message_ID="<question@client.example>"))
    fetch()
    ticket = Ticket.objects.get()
    sent(answered(ticket))

    reply = smtp.mails[0]
    assert (reply["From"], reply["To"]) == (f"Maison Olivette <{SUPPORT}>", ticket.email)
    assert (reply["In-Reply-To"], reply["References"]) == ("<question@client.example>",) * 2

    answer = EmailMessage()
    answer["From"] = ticket.email
    answer["To"] = str(reply["From"])
    answer["Subject"] = "RE: tout autre chose"
    answer["Message-ID"] = "<answer@client.example>"
    answer["In-Reply-To"] = str(reply["Message-ID"])
    answer["References"] = f"{reply['References']} {reply['Message-ID']}"
    answer.set_content("Toujours rien reçu.")
    mailbox.append("Support", answer.as_bytes())
    fetch()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision, ticket.reopened) == ("in_progress", 2, 1)

    sent(answered(ticket, "Nous cherchons."))
    second = smtp.mails[1]
    assert second["In-Reply-To"] == "<answer@client.example>"
    assert str(second["References"]).split() == [
        "<question@client.example>",
        str(reply["Message-ID"]),
        "<answer@client.example>",
    ]


def test_without_an_address_of_its_own_answers_are_asked_to_the_support_mailbox(
    smtp: SmtpServer, settings: Settings
):
    settings.SUPPORT_FROM_EMAIL = ""
    settings.MAILBOXES = {**settings.MAILBOXES, "support": {"user": SUPPORT}}
    _message, ticket = asks()

    sent(answered(ticket))

    reply = smtp.mails[0]
    assert (reply["From"], reply["Reply-To"]) == (f"Maison Olivette <{ORDERS}>", SUPPORT)


def test_other_desks_write_as_before(smtp: SmtpServer):
    row = outbox.queue_text(
        key="x", channel="email", recipient="salma@client.example", subject="s", body="b"
    )

    delivery.deliver(row.pk)

    assert smtp.mails[0]["From"] == f"Maison Olivette <{ORDERS}>"
    assert smtp.mails[0]["Reply-To"] is None
