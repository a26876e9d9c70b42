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

from backoffice.integrations.twilio_errors import WINDOW_CLOSED
from backoffice.messaging import outbox, superseding, window
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from django.db.models import QuerySet

Status = OutboundMessage.Status
# By us before it left, or by WhatsApp afterwards.
HELD = (Status.BLOCKED, Status.FAILED)
# News that are older than that are no news.
FRESH = timedelta(days=7)


def holds_back(message: InboundMessage) -> bool:
    """Whether something waits for this person to write to us."""
    return message.channel == Channel.WHATSAPP and _held(message).exists()


def release(message_id: int) -> int:
    """Queue what the person's message has made possible to send; returns how many.

    Of several messages about one matter only the last goes, and none where
    something newer was written about it. A second run finds nothing held back.
    """
    message = InboundMessage.objects.filter(pk=message_id).first()
    if message is None:
        return 0
    with transaction.atomic():
        rows = _held(message).select_for_update(no_key=True).order_by("pk")
        last = {(row.about_type_id, row.about_id, row.recipient): row for row in rows}
        released = [row for row in last.values() if _may_go(row)]
        for row in released:
            outbox.send_anew(row)
    return len(released)


def _held(message: InboundMessage) -> QuerySet[OutboundMessage]:
    addresses = [name for name in (message.sender_phone, message.sender_user_id) if name]
    return OutboundMessage.objects.filter(
        channel=Channel.WHATSAPP,
        recipient__in=addresses,
        status__in=HELD,
        error_code=WINDOW_CLOSED,
        about_id__isnull=False,
        created_at__gt=timezone.now() - FRESH,
    )


def _may_go(row: OutboundMessage) -> bool:
    return window.is_open(row.recipient) and not superseding.has_newer(row)
