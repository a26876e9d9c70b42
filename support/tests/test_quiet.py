from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from backoffice.messaging import delivery, tasks
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.smtp import SmtpServer
from support import tasks as support_tasks
from support.automatic import texts
from support.incoming import intake
from support.models import Category, Draft, ReplyTemplate, ShopOrder, Ticket, TicketMessage
from support.tests.intake_mail import (
    MACHINE,
    ORDERS,
    SUPPORT,
    answered,
    arrive,
    asks,
    deliver,
    machine_mail,
    replies_to,
    use_addresses,
    written,
)

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
EVERY = sorted(path.stem for path in MACHINE.glob("*.eml"))
# Of the ticket's own person and naming its message or subject.
KEPT = [
    "auto-rfc3834",
    "auto-exchange",
    "auto-exchange-fr-bare",
    "auto-gmail-vacation",
    "auto-vacation-unix",
    "auto-outlook-es",
    "auto-outlook-ar",
    "auto-absence-bureau",
    "auto-autorespond",
    "auto-precedence",
    "challenge",
    "receipt-mdn",
]
NOT_FOR_US = [
    "auto-lotus",
    "auto-ticket-system",
    "list-newsletter",
    "list-digest",
    "null-return-path",
    "no-reply",
    "challenge-header",
    "own-support-address",
    "own-smtp-address",
    "own-message-back",
    "calendar-reply",
    "bounce-of-nothing-of-ours",
]


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    use_addresses(settings)


def test_there_are_enough_kinds():
    assert len(EVERY) >= 25
    assert {*KEPT, *NOT_FOR_US} <= {*EVERY}


@pytest.mark.parametrize("name", KEPT)
def test_a_machines_answer_is_kept_and_changes_nothing(name: str):
    _message, ticket = asks()
    reply = answered(ticket)

    message = arrive(machine_mail(name, reply_id=reply.provider_id))

    kept = message.ticket_message
    assert (message.status, kept.ticket, kept.kind) == ("done", ticket, "automatic")
    assert kept.quiet_reason
    assert ticket.number in message.reason
    before = (ticket.status, ticket.revision, ticket.last_message_at, ticket.ended_at)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.revision, ticket.last_message_at, ticket.ended_at) == before
    assert Draft.objects.filter(status="waiting").count() == 0


@pytest.mark.parametrize("name", NOT_FOR_US)
def test_a_machines_mail_about_nothing_of_ours_is_for_nobody(name: str):
    _message, ticket = asks()
    reply = answered(ticket)

    message = arrive(machine_mail(name, reply_id=reply.provider_id))

    assert (message.status, bool(message.reason)) == ("not_for_us", True)
    assert TicketMessage.objects.count() == 1
    assert Ticket.objects.count() == 1


def test_a_machine_that_guesses_an_id_is_kept_with_nobodys_ticket():
    _message, ticket = asks(From="nadia@ailleurs.example")
    reply = answered(ticket)

    message = arrive(machine_mail("auto-rfc3834", reply_id=reply.provider_id))

    assert message.status == "not_for_us"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Auto-Response-Suppress": "OOF, AutoReply"},
        {"X-Loop": "sav@client.example"},
        {"Reply_To": SUPPORT},
        {"Reply_To": f"Maison Olivette <{ORDERS}>"},
        {"Reply_To": "salma@work.example"},
    ],
)
def test_who_asks_for_no_automatic_answer_gets_a_persons(
    headers: dict[str, str], settings: Settings
):
    use_addresses(settings)
    message, ticket = asks(**headers)

    assert message.ticket_message.kind == "message"
    assert message.ticket_message.quiet_reason
    assert ticket.drafts.count() == 1


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Réponse automatique : votre commande",
        "Absence : colis non remis",
        "Delivery failed",
        "Non remis : colis 4587",
        "Mon colis est absent",
        "Out of the office when your courier came",
        "Auto : siège abîmé",
    ],
)
def test_people_may_write_such_subjects(subject: str):
    message, _ticket = asks(Subject=subject)

    assert message.ticket_message.kind == "message"


def test_no_machine_ever_gets_an_answer(settings: Settings):
    """The whole way: every kind, answers switched on everywhere, a real mail server."""
    Category.objects.update(automatic_mode="on", automatic_confidence=0.5)
    for category in Category.objects.all():
        ReplyTemplate.objects.get_or_create(
            category=category,
            language="fr",
            name="test",
            defaults={"body": "Bonjour, merci de votre message.", "settles": True},
        )
        category.automatic_texts = texts.of(category)
        category.save()
    _message, ticket = asks()
    reply = answered(ticket)
    with SmtpServer() as server:
        server.use(settings)
        use_addresses(settings)
        OutboundMessage.objects.update(status="queued", sent_at=None)
        deliver(reply)
        assert len(server.mails) == 1
        for name in EVERY:
            arrive(machine_mail(name, reply_id=reply.provider_id))
            _work_off()
        assert [mail["To"] for mail in server.mails] == [ticket.email]
        assert replies_to(ticket) == OutboundMessage.objects.count() == 1
        _a_person_gets_one()
        assert [mail["To"] for mail in server.mails[1:]] == ["Nadia <nadia@client.example>"]
        assert server.mails[1]["Auto-Submitted"] == "auto-replied"


def test_two_machines_that_answer_each_other_come_to_an_end(settings: Settings):
    """Programs that say nothing of themselves are stopped by their number."""
    settings.SUPPORT_HOURLY_LIMIT = 4
    for number in range(12):
        arrive(written("Votre message a bien été reçu.", Subject=f"Reçu {number}"))

    assert (Ticket.objects.count(), Draft.objects.count()) == (4, 4)
    assert TicketMessage.objects.exclude(quiet_reason="").count() == 8


def test_a_note_of_absence_is_kept_once():
    _message, ticket = asks()
    reply = answered(ticket)
    message = arrive(machine_mail("auto-rfc3834", reply_id=reply.provider_id))

    InboundMessage.objects.filter(pk=message.pk).update(status="received", attempts=0)
    tasks.process_message(message.pk)

    message.refresh_from_db()
    assert (message.status, ticket.thread.count()) == ("done", 2)
    assert intake.ticket_of(message) == ticket


def _a_person_gets_one() -> None:
    """So that the test would notice if nobody ever got an answer."""
    ShopOrder.objects.create(
        number="10402",
        email="nadia@client.example",
        status="en transit",
        delivery_date=timezone.localdate() + timedelta(days=2),
        items="4 x Chaise Lin",
        total=412,
        currency="EUR",
    )
    arrive(
        written(
            "Bonjour, pouvez-vous me dire où en est ma commande 10402 ? Merci.",
            From="Nadia <nadia@client.example>",
            Subject="Suivi de ma commande 10402",
            Date=format_datetime(timezone.now()),
        )
    )
    _work_off()


def _work_off() -> None:
    """What a worker would do with all that waits."""
    for draft in Draft.objects.filter(status="waiting"):
        support_tasks.write_draft(draft.pk)
    for row in OutboundMessage.objects.filter(status="queued"):
        delivery.deliver(row.pk)
