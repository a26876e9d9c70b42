"""What the messages add to ``GET /health``."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count

from backoffice.core.health import Report
from backoffice.core.kept import Kept
from backoffice.integrations import twilio_whatsapp, whatsapp_cloud
from backoffice.messaging.delivery import MISSING
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage


def report() -> Report:
    """The WhatsApp lines as they are set up, and how many messages came in and were dealt with."""
    return Report(
        components={
            # Without a secret no webhook can be told from a forged one.
            "webhook": bool(
                settings.WHATSAPP_APP_SECRET
                or settings.TWILIO_AUTH_TOKEN
                or settings.TWILIO_WEBHOOK_SECRETS
            ),
            "whatsapp_api": _can_send(),
        },
        runtime_stats=_counts(),
    )


@Kept
def _counts() -> dict[str, int]:
    # Anybody may ask, and this reads a whole index: of the desk and status alone.
    status = InboundMessage.Status
    rows = InboundMessage.objects.order_by().values_list("status").annotate(n=Count("*"))
    number = dict.fromkeys(status.values, 0) | dict(rows)
    return {
        "messages_received": sum(number.values()),
        "messages_processed": number[status.DONE] + number[status.NOT_FOR_US],
        "errors": number[status.FAILED],
    }


def _can_send() -> bool:
    """Whether a line is set up whose credentials were not refused since anything went through."""
    lines = {
        Channel.WHATSAPP: twilio_whatsapp.configured(),
        Channel.WHATSAPP_CLOUD: whatsapp_cloud.configured(),
    }
    ready = {channel for channel, is_configured in lines.items() if is_configured}
    if not ready:
        return False
    waiting = OutboundMessage.objects.filter(
        status=OutboundMessage.Status.NOT_CONFIGURED, channel__in=ready
    )
    refused = waiting.exclude(error_code=MISSING).values_list("channel", flat=True)
    return bool(ready - set(refused.order_by().distinct()))
