"""REST addresses of the messages."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.http import HttpRequest  # noqa: TC002 - ninja reads the annotations
from ninja import Router
from pydantic import BaseModel

from backoffice.core.api import require
from backoffice.core.kept import Kept
from backoffice.integrations import twilio_whatsapp
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage

router = Router()


class WhatsAppStatus(BaseModel):
    """How the WhatsApp line is doing. No secrets: only whether they are there."""

    configured: bool
    local_only: bool
    missing_settings: list[str]
    whatsapp_number: str
    webhook_url: str
    status_callback_url: str
    messages_received: int
    last_received_at: dt.datetime | None
    messages_sent: int
    last_sent_at: dt.datetime | None
    waiting: int
    blocked: int
    failed: int
    unknown: int
    last_error: str


@router.get(
    "/whatsapp/status", response=WhatsAppStatus, operation_id="whatsapp_status", summary="WhatsApp"
)
def whatsapp_status(request: HttpRequest) -> WhatsAppStatus:
    """Whether WhatsApp is set up, and what went in and out by it (10 seconds old at most)."""
    require(request, "messaging.view_outboundmessage")
    return WhatsAppStatus(
        configured=twilio_whatsapp.configured(),
        local_only=settings.LOCAL_ONLY,
        missing_settings=twilio_whatsapp.missing_settings(),
        whatsapp_number=settings.TWILIO_WHATSAPP_NUMBER,
        webhook_url=f"{settings.PUBLIC_URL}/webhook/whatsapp",
        status_callback_url=f"{settings.PUBLIC_URL}/webhook/whatsapp/status",
        **_figures(),
    )


@Kept
def _figures() -> dict[str, Any]:
    """What needs a look at whole tables."""
    status = OutboundMessage.Status
    waits = (status.QUEUED, status.SENDING, status.NOT_CONFIGURED)
    received = InboundMessage.objects.filter(channel=Channel.WHATSAPP).aggregate(
        count=Count("pk"), last=Max("received_at")
    )
    outbox = OutboundMessage.objects.filter(channel=Channel.WHATSAPP)
    out = outbox.aggregate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        last=Max("sent_at"),
        waiting=Count("pk", filter=Q(status__in=waits)),
        blocked=Count("pk", filter=Q(status=status.BLOCKED)),
        failed=Count("pk", filter=Q(status=status.FAILED)),
        unknown=Count("pk", filter=Q(status=status.UNKNOWN)),
    )
    last_error = outbox.exclude(error="").order_by("-pk").values_list("error", flat=True).first()
    return {
        "messages_received": received["count"],
        "last_received_at": received["last"],
        "messages_sent": out["sent"],
        "last_sent_at": out["last"],
        "waiting": out["waiting"],
        "blocked": out["blocked"],
        "failed": out["failed"],
        "unknown": out["unknown"],
        "last_error": last_error or "",
    }
