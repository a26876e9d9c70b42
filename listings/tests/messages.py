"""Messages as WhatsApp's Cloud API brings them, stored like the door stores them."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.messaging import reading
from backoffice.messaging.models import Attachment, Channel, Document, InboundMessage
from listings.incoming import intake

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.messaging.desks import Outcome

HUGO = "+33639980117"
HUGO_ID = "FR.4820193756610284"
LEON = "+41790000321"
LEON_ID = "CH.1039485720012377"
GROUP = "Y2FwaV9ncm91cDozMzYzOTk4MDAwMToxMjAzNjMzOTgwMDAwMDAwMDEZD"
_numbers = itertools.count(1)


def said(
    text: str = "",
    *,
    phone: str = HUGO,
    user_id: str = "",
    name: str = "Hugo Vasseur",
    kind: str = "text",
    group: str = "",
    at: dt.datetime | None = None,
    username: str = "",
    status: str = "processing",
    **more: Any,
) -> InboundMessage:
    """A message of a trader; ``more`` goes into Meta's own object beside the type."""
    wamid = more.pop("wamid", f"wamid.TEST{next(_numbers):06}")
    own: dict[str, Any] = {"id": wamid, "type": kind, "from": phone.lstrip("+"), **more}
    if user_id:
        own["from_user_id"] = user_id
    if group:
        own["group_id"] = group
    if kind == "text":
        own["text"] = {"body": text}
    profile = {"name": name, **({"username": username} if username else {})}
    envelope = {"metadata": {}, "contact": {"profile": profile}, "message": own}
    return InboundMessage.objects.create(
        desk="listings",
        channel=Channel.WHATSAPP_CLOUD,
        external_id=wamid,
        account="316780950000417",
        thread=group or user_id or phone,
        sender_name=name,
        sender_phone=phone,
        sender_user_id=user_id,
        body=text,
        raw=json.dumps(envelope).encode(),
        is_automatic=kind == "system",
        status=status,
        sent_at=at or timezone.now() - timedelta(minutes=5),
    )


def edited(original: InboundMessage, text: str, **more: Any) -> InboundMessage:
    """The edit of a message by its own sender, a minute later."""
    given = {"phone": original.sender_phone, "user_id": original.sender_user_id}
    at = original.sent_at + timedelta(minutes=1)
    inner = {"type": "text", "text": {"body": text}}
    edit = {"original_message_id": original.external_id, "message": inner}
    return said(text, kind="edit", **{"at": at, **given, "edit": edit, **more})


def deleted(original: InboundMessage, **more: Any) -> InboundMessage:
    """The deletion of a message by its own sender, two minutes later."""
    given = {"phone": original.sender_phone, "user_id": original.sender_user_id}
    at = original.sent_at + timedelta(minutes=2)
    revoke = {"original_message_id": original.external_id}
    return said("", kind="revoke", **{"at": at, **given, "revoke": revoke, **more})


def attach(
    message: InboundMessage,
    *,
    text: str = "",
    kind: str = "",
    filename: str = "",
    problem: str = "",
    mime: str = "application/octet-stream",
) -> Document:
    """A file of the message that was read, or could not be."""
    number = next(_numbers)
    document = Document.objects.create(
        sha256=hashlib.sha256(f"{number}".encode()).hexdigest(),
        file=f"{number}",
        size=1,
        mime=mime,
        kind=kind,
        text=text,
        problem=problem,
        read_at=timezone.now(),
    )
    position = message.attachments.count()
    Attachment.objects.create(
        message=message, position=position, document=document, filename=filename
    )
    return document


def process(message: InboundMessage) -> Outcome:
    """What the desk makes of it, as the worker asks it to."""
    return intake.process(message, reading.content_of(message))
