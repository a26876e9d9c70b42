"""Which earlier e-mails a message answers: the ids that its headers name."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TYPE_CHECKING

from django.db.models import BinaryField, F
from django.db.models.functions import Substr

from backoffice.messaging.documents.headers import message_ids
from backoffice.messaging.models import Channel, InboundMessage

if TYPE_CHECKING:
    from email.message import Message

# No header is longer; a mail with its files weighs megabytes.
_HEAD = 64 * 1024


def headers_of(message: InboundMessage) -> Message:
    """The headers of a stored e-mail, without fetching its files; none for other channels."""
    if message.channel != Channel.EMAIL:
        return BytesHeaderParser(policy=compat32).parsebytes(b"")
    head = Substr(F("raw"), 1, _HEAD, output_field=BinaryField())
    raw = InboundMessage.objects.filter(pk=message.pk).values_list(head, flat=True).first()
    return BytesHeaderParser(policy=compat32).parsebytes(bytes(raw or b""))


def references(message: InboundMessage) -> tuple[str, ...]:
    """The ids of the messages before this one, the oldest first, as RFC 5322 has them."""
    headers = headers_of(message)
    named = [*message_ids(headers, "References"), *message_ids(headers, "In-Reply-To")]
    # A conversation by e-mail is called by its first message; a WhatsApp message, which has no
    # headers, may answer one of ours too.
    first = message.thread if message.channel == Channel.EMAIL else ""
    found = dict.fromkeys(filter(None, [first, *named, message.in_reply_to]))
    return tuple(one for one in found if one != message.external_id)
