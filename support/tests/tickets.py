"""A small cast and the rows that tests of the ticket's workflow and pages start from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from backoffice.testing.messages import received_message
from support.models import Category, Draft, Ticket, TicketMessage

if TYPE_CHECKING:
    from backoffice.messaging.models import InboundMessage

CATEGORY = "Retard de livraison"
WORDS = "Bonjour, ma commande 10402 n'est toujours pas arrivée."
REPLY = "Bonjour Salma,\n\nVotre commande 10402 arrive demain.\n\nMaison Olivette"
DECISIONS = ("view", "change", "reply", "draft", "categorise", "assign", "merge", "close", "export")


def staff(username: str, *verbs: str) -> User:
    """Somebody who may do exactly these things with tickets."""
    names = {"omar": "Omar Idrissi", "leila": "Leïla Berrada"}
    first, _space, last = names.get(username, username.title()).partition(" ")
    user = User.objects.create_user(username, is_staff=True, first_name=first, last_name=last)
    codes = [f"{verb}_ticket" for verb in verbs]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


def agent(username: str = "omar") -> User:
    """Somebody who may do everything with tickets."""
    return staff(username, *DECISIONS)


def category(name: str = CATEGORY) -> Category:
    return Category.objects.get_or_create(key=name, defaults={"name": name})[0]


def ticket(*, hours: float = 1, words: str = WORDS, **fields: Any) -> Ticket:
    """A ticket of one message that came some hours ago."""
    moment = timezone.now() - timedelta(hours=hours)
    given: dict[str, Any] = {
        "channel": "email",
        "name": "Salma Tazi",
        "email": "salma@example.com",
        "subject": "Ma commande",
        "language": "fr",
        "category": category(),
        "category_confidence": 0.93,
        "category_method": "rules",
        "opened_at": moment,
        "last_message_at": moment,
    }
    row = Ticket.objects.create(**given | fields)
    written(row, words=words, hours=hours)
    return row


def written(
    ticket: Ticket,
    *,
    words: str = WORDS,
    hours: float = 0,
    kind: str = "message",
    **fields: Any,
) -> InboundMessage:
    """One more message of the ticket's customer, put into it as intake does."""
    sender: dict[str, Any] = {
        "desk": "support",
        "channel": ticket.channel,
        "sender_name": ticket.name,
        "sender_email": ticket.email,
        "sender_phone": ticket.phone,
        "subject": ticket.subject,
        "body": words,
        "sent_at": timezone.now() - timedelta(hours=hours),
        "status": "done",
    }
    message = received_message(**sender | fields)
    TicketMessage.objects.create(ticket=ticket, message=message, kind=kind, text=words)
    if kind == TicketMessage.Kind.MESSAGE:
        ticket.revision += 1
        ticket.last_message_at = message.sent_at
        ticket.save(update_fields=["revision", "last_message_at"])
    return message


def draft(ticket: Ticket, body: str = REPLY, **fields: Any) -> Draft:
    """The ticket's reply, ready to be approved."""
    given: dict[str, Any] = {
        "revision": ticket.revision,
        "status": "ready",
        "method": "template",
        "language": "fr",
        "category": ticket.category,
        "body": body,
        "written_at": timezone.now(),
    }
    return Draft.objects.create(ticket=ticket, **given | fields)


def ready(**fields: Any) -> Draft:
    """A ticket with its reply; the draft."""
    body = fields.pop("body", REPLY)
    return draft(ticket(**fields), body)
