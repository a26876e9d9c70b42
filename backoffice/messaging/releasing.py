"""What WhatsApp's 24-hour rule held back goes out once the person has written again.

Only what is about a matter of ours (an order, a ticket), was held back for no
other reason, is not old, and is the last word on its matter. The rest waits
for a person and "Send again".
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.integrations import twilio_errors, whatsapp_cloud_errors
from backoffice.messaging import outbox, superseding, window
from backoffice.messaging.models import WHATSAPPS, InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

Status = OutboundMessage.Status
# By us before it left, or by WhatsApp afterwards.
WINDOW_CODES = (twilio_errors.WINDOW_CLOSED, whatsapp_cloud_errors.WINDOW_CLOSED)
HELD = (Status.BLOCKED, Status.FAILED)
# News that are older than that are no news.
FRESH = timedelta(days=7)


def held_back_for(messages: Iterable[InboundMessage]) -> list[int]:
    """The ids of those messages whose writers something waits for; one query for all."""
    heard = [message for message in messages if message.channel in WHATSAPPS]
    if not heard:
        return []
    addresses = {name for message in heard for name in _addresses(message)}
    rows = _held().filter(recipient__in=addresses).values_list("channel", "recipient")
    waiting = set(rows.order_by().distinct())
    return [
        message.pk
        for message in heard
        if any((message.channel, name) in waiting for name in _addresses(message))
    ]


def release(message_id: int) -> int:
    """Queue what the person's message has made possible to send; returns how many.

    Of several messages about one matter only the last goes, and none where
    something newer was written about it. A second run finds nothing held back.
    """
    message = InboundMessage.objects.filter(pk=message_id).first()
    if message is None:
        return 0
    held = _held().filter(channel=message.channel, recipient__in=_addresses(message))
    with transaction.atomic():
        rows = held.select_for_update(no_key=True).order_by("pk")
        last = {(row.about_type_id, row.about_id, row.recipient): row for row in rows}
        released = [row for row in last.values() if _may_go(row)]
        for row in released:
            outbox.send_anew(row)
    return len(released)


def _held() -> QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(
        status__in=HELD,
        error_code__in=WINDOW_CODES,
        about_id__isnull=False,
        created_at__gt=timezone.now() - FRESH,
    )


def _addresses(message: InboundMessage) -> list[str]:
    return [name for name in (message.sender_phone, message.sender_user_id) if name]


def _may_go(row: OutboundMessage) -> bool:
    return window.is_open(row.recipient, row.channel) and not superseding.has_newer(row)
