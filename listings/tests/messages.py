"""Messages as WhatsApp's Cloud API brings them, stored like the door stores them."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.messaging.models import Channel, InboundMessage

if TYPE_CHECKING:
    import datetime as dt

HUGO = "+33639980117"
HUGO_ID = "FR.4820193756610284"
LEON = "+41790000321"
LEON_ID = "CH.1039485720012377"
_numbers = itertools.count(1)


def said(  # noqa: PLR0913 - the facts of a message
    text: str = "",
    *,
    phone: str = HUGO,
    user_id: str = "",
    name: str = "Hugo Vasseur",
    kind: str = "text",
    group: str = "",
    at: dt.datetime | None = None,
    username: str = "",
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
        sent_at=at or timezone.now() - timedelta(minutes=5),
    )
