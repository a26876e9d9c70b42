"""The roads of messages through the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from backoffice.core.jobs import Lane, RetryPolicy
from backoffice.messaging import endings
from backoffice.messaging.models import Channel, InboundMessage, OutboundMessage

# How often Twilio is asked about a message in doubt.
LOOKUP_EVERY = timedelta(minutes=2)
# How long a status report of the Cloud API may take before a person has to look.
REPORT_PATIENCE = timedelta(minutes=10)
_DOUBT: dict[str, timedelta] = {
    Channel.WHATSAPP: LOOKUP_EVERY,
    Channel.WHATSAPP_CLOUD: REPORT_PATIENCE,
}

# A file or a model that is away for a moment is worth a quarter of an hour; after that a
# person reads the message without it: 20 seconds, 1, 3, 9 minutes.
INBOX: Lane[InboundMessage] = Lane(
    InboundMessage,
    waiting=InboundMessage.Status.RECEIVED,
    working=InboundMessage.Status.PROCESSING,
    failed=InboundMessage.Status.FAILED,
    policy=RetryPolicy(max_attempts=5, first=timedelta(seconds=20), factor=3),
)


def doubt(row: OutboundMessage) -> dict[str, Any]:
    """The fields of a message that may have left: Twilio is asked, the Cloud API tells by itself.

    For e-mail there is nobody to ask or to wait for.
    """
    wait = _DOUBT.get(row.channel)
    due = timezone.now() + wait if wait else None
    return {"status": OutboundMessage.Status.UNKNOWN, "next_attempt_at": due}


def _exhausted(row: OutboundMessage) -> dict[str, object]:
    return doubt(row) if row.handed_over_at else {}


# A confirmation that is a day late is worth less than the news that it failed:
# 1, 3, 9, 27 minutes, then 1 h 21 twice.
OUTBOX: Lane[OutboundMessage] = Lane(
    OutboundMessage,
    waiting=OutboundMessage.Status.QUEUED,
    working=OutboundMessage.Status.SENDING,
    failed=OutboundMessage.Status.FAILED,
    policy=RetryPolicy(max_attempts=7, factor=3, longest=timedelta(minutes=81)),
    exhausted=_exhausted,
    ended=endings.tell,
)
