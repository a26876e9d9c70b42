"""WhatsApp's rule: free text only within 24 hours of the person's last message."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from backoffice.messaging.models import Channel, InboundMessage

LENGTH = timedelta(hours=24)


def last_heard(recipient: str) -> datetime | None:
    """When this phone number (E.164) or WhatsApp user id last wrote to us."""
    if not recipient:
        return None
    return (
        InboundMessage.objects.filter(
            Q(sender_phone=recipient) | Q(sender_user_id=recipient), channel=Channel.WHATSAPP
        )
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
        .first()
    )


def is_open(recipient: str) -> bool:
    """Whether free text may be sent to ``recipient`` now."""
    heard = last_heard(recipient)
    return heard is not None and timezone.now() - heard < LENGTH
