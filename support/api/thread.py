"""A ticket's thread and order as the API gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType

from backoffice.messaging.models import OutboundMessage
from support.models import Ticket
from support.order_lookup import order_facts

if TYPE_CHECKING:
    from backoffice.messaging.models import Attachment, OutboundAttachment


def said_in(ticket: Ticket) -> list[dict[str, Any]]:
    """What the customer and we wrote, in order; four queries at most."""
    received = ticket.thread.select_related("message").defer("message__raw")
    entries = [
        {
            "id": row.message_id,
            "from_us": False,
            "at": row.message.sent_at,
            "name": row.message.sender_name or row.message.sender_email or row.message.sender_phone,
            "text": row.text,
            "kind": row.kind,
            "status": row.message.status,
            "attachments": [_filename(file) for file in row.message.attachments.all()],
        }
        for row in received.prefetch_related("message__attachments")
    ]
    sent = OutboundMessage.objects.filter(
        about_type=ContentType.objects.get_for_model(Ticket), about_id=ticket.pk
    )
    entries += [
        {
            "id": row.pk,
            "from_us": True,
            "at": row.created_at,
            "name": row.author.get_username() if row.author else "",
            "text": row.body,
            "kind": "reply",
            "status": row.status,
            "attachments": [_filename(file) for file in row.attachments.all()],
        }
        for row in sent.select_related("author").prefetch_related("attachments")
    ]
    return sorted(entries, key=lambda entry: (entry["at"], entry["from_us"], entry["id"]))


def own_order(ticket: Ticket) -> dict[str, Any] | None:
    """The order that the ticket is about, asked for anew: whose it is may have changed."""
    row = ticket.shop_order or ticket.order
    facts = (
        order_facts.find(row.number, order_facts.reader_of(ticket), ticket.email) if row else None
    )
    if facts is None:
        return None
    names = ("source", "number", "status", "ordered_on", "delivery_date", "total", "currency")
    told = {name: getattr(facts, name) for name in names}
    return told | {
        "items": [*facts.items],
        "carrier": facts.carrier,
        "tracking_number": facts.tracking_number,
    }


def _filename(file: Attachment | OutboundAttachment) -> str:
    return file.filename
