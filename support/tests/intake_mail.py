"""Mail that comes to the support mailbox, and a worker that does what is queued."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from backoffice.messaging import delivery, outbox, tasks
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.testing.documents import mail
from support.incoming import intake
from support.models import Ticket

if TYPE_CHECKING:
    from pytest_django import Settings

SUPPORT = "support@olivette.example"
ORDERS = "commandes@olivette.example"
SALMA = "salma.tazi@client.example"
MACHINE = Path(__file__).parent / "data" / "machine"
_numbers = itertools.count(1)


def use_addresses(settings: Settings) -> None:
    """Receive at and send from the addresses of the fixtures."""
    settings.DEFAULT_FROM_EMAIL = ORDERS
    settings.SUPPORT_FROM_EMAIL = SUPPORT


def written(text: str = "Où est ma commande ?", **headers: str) -> bytes:
    """A mail of a customer; ``In_Reply_To=`` gives a header with hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {
        "From": f"Salma Tazi <{SALMA}>",
        "To": SUPPORT,
        "Subject": "Ma commande",
        "Message-ID": f"<{next(_numbers)}@client.example>",
    }
    return mail(text, headers={**given, **named})


def arrive(raw: bytes, *, desk: str = "support") -> InboundMessage:
    """Receive the mail and have the worker read it."""
    message, _created = receive_mail(Mail(raw, desk=desk))
    return worked(message)


def worked(message: InboundMessage) -> InboundMessage:
    tasks.process_message(message.pk)
    message.refresh_from_db()
    return message


def asks(text: str = "Où est ma commande ?", **headers: str) -> tuple[InboundMessage, Ticket]:
    """A customer's mail that became part of a ticket."""
    message = arrive(written(text, **headers))
    ticket = intake.ticket_of(message)
    assert ticket is not None, (message.status, message.reason, message.error)
    return message, ticket


def answered(ticket: Ticket, text: str = "Elle arrive demain.", **fields: Any) -> OutboundMessage:
    """Our reply to the ticket, sent, and the ticket at its end; by no person's action."""
    first = ticket.thread.order_by("pk").last()
    row = outbox.queue_text(
        key=f"test:{next(_numbers)}",
        channel="email",
        recipient=fields.pop("recipient", ticket.email),
        subject=f"Re: {ticket.subject}",
        body=text,
        in_reply_to=first.message if first else None,
        about=ticket,
    )
    OutboundMessage.objects.filter(pk=row.pk).update(
        status=OutboundMessage.Status.SENT, sent_at=timezone.now()
    )
    Ticket.objects.filter(pk=ticket.pk).update(
        status=Ticket.Status.ANSWERED, outcome="replied", ended_at=timezone.now()
    )
    ticket.drafts.filter(status__in=("waiting", "writing", "ready")).update(
        status="sent", decided_at=timezone.now()
    )
    ticket.refresh_from_db()
    row.refresh_from_db()
    return row


def machine_mail(name: str, *, reply_id: str = "", to: str = SALMA) -> bytes:
    """A mail of a machine, about our reply with that id to that address."""
    raw = (MACHINE / f"{name}.eml").read_bytes()
    return raw.replace(b"@@ID@@", reply_id.encode()).replace(b"@@TO@@", to.encode())


def replies_to(ticket: Ticket) -> int:
    """How many messages of ours there are about the ticket."""
    kind = ContentType.objects.get_for_model(Ticket)
    return OutboundMessage.objects.filter(about_type=kind, about_id=ticket.pk).count()


def deliver(row: OutboundMessage) -> None:
    """Have the worker send it now."""
    delivery.deliver(row.pk)
