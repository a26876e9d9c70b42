"""WhatsApp's rule: free text only within 24 hours of the person's last message."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from backoffice.messaging.models import Channel, InboundMessage

LENGTH = timedelta(hours=24)


def last_heard(recipient: str, channel: str = Channel.WHATSAPP) -> datetime | None:
    """When this phone number (E.164) or WhatsApp user id last wrote to us, on that channel.

    What WhatsApp itself tells of a person, what they write in a group and what they write to
    another number of the same app open nothing. No clock of theirs counts that runs ahead of ours.
    """
    if not recipient:
        return None
    person = Q(sender_phone=recipient) | Q(sender_user_id=recipient)
    heard = InboundMessage.objects.filter(person, channel=channel, is_automatic=False)
    if channel == Channel.WHATSAPP_CLOUD:
        heard = heard.filter(Q(thread=F("sender_phone")) | Q(thread=F("sender_user_id")))
        if own := settings.WHATSAPP_PHONE_NUMBER_ID:
            heard = heard.filter(account__in=("", own))
    last = heard.order_by("-sent_at").values_list("sent_at", "received_at").first()
    return min(last) if last else None


def is_open(recipient: str, channel: str = Channel.WHATSAPP) -> bool:
    """Whether free text may be sent to ``recipient`` now."""
    heard = last_heard(recipient, channel)
    return heard is not None and timezone.now() - heard < LENGTH
