"""Every message in, every document that came with it, every message out."""

from __future__ import annotations

from backoffice.messaging.models.channel import WHATSAPPS, Channel
from backoffice.messaging.models.inbound import (
    Attachment,
    Document,
    InboundMessage,
    InboundMessageManager,
)
from backoffice.messaging.models.line import LineCheck, MailboxCursor, MailboxRun
from backoffice.messaging.models.outbound import (
    MessageTemplate,
    OutboundAttachment,
    OutboundMessage,
)
from backoffice.messaging.models.report import DeliveryReport

__all__ = [
    "WHATSAPPS",
    "Attachment",
    "Channel",
    "DeliveryReport",
    "Document",
    "InboundMessage",
    "InboundMessageManager",
    "LineCheck",
    "MailboxCursor",
    "MailboxRun",
    "MessageTemplate",
    "OutboundAttachment",
    "OutboundMessage",
]
