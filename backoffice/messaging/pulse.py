"""What the messages add to ``GET /health``."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q

from backoffice.core.health import Report
from backoffice.core.kept import Kept
from backoffice.integrations import twilio_whatsapp
from backoffice.messaging.delivery import MISSING
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage


def report() -> Report:
    """The WhatsApp line as it is set up, and how many messages came in and were dealt with."""
    return Report(
        components={
            # Without a secret no webhook can be told from a forged one.
            "webhook": bool(settings.TWILIO_AUTH_TOKEN or settings.TWILIO_WEBHOOK_SECRETS),
            "whatsapp_api": twilio_whatsapp.configured() and not _is_refused(),
        },
        runtime_stats=_counts(),
    )


@Kept
def _counts() -> dict[str, int]:
    # Anybody may ask, and this reads the whole table.
    status = InboundMessage.Status
    return InboundMessage.objects.aggregate(
        messages_received=Count("pk"),
        messages_processed=Count("pk", filter=Q(status__in=[status.DONE, status.NOT_FOR_US])),
        errors=Count("pk", filter=Q(status=status.FAILED)),
    )


def _is_refused() -> bool:
    """Whether Twilio refused our credentials and nothing has gone through since."""
    waiting = OutboundMessage.objects.filter(
        status=OutboundMessage.Status.NOT_CONFIGURED, channel=Channel.WHATSAPP
    )
    return waiting.exclude(error_code=MISSING).exists()
