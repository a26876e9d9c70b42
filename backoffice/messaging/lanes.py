"""The roads of messages through the worker."""

from __future__ import annotations

from datetime import timedelta

from backoffice.core.jobs import Lane, RetryPolicy
from backoffice.messaging.models import InboundMessage, OutboundMessage

# A file or a model that is away for a moment is worth a quarter of an hour; after that a
# person reads the message without it: 20 seconds, 1, 3, 9 minutes.
INBOX: Lane[InboundMessage] = Lane(
    InboundMessage,
    waiting=InboundMessage.Status.RECEIVED,
    working=InboundMessage.Status.PROCESSING,
    failed=InboundMessage.Status.FAILED,
    policy=RetryPolicy(max_attempts=5, first=timedelta(seconds=20), factor=3),
)

# A confirmation that is a day late is worth less than the news that it failed:
# 1, 3, 9, 27 minutes, then 1 h 21 twice.
OUTBOX: Lane[OutboundMessage] = Lane(
    OutboundMessage,
    waiting=OutboundMessage.Status.QUEUED,
    working=OutboundMessage.Status.SENDING,
    failed=OutboundMessage.Status.FAILED,
    policy=RetryPolicy(max_attempts=7, factor=3, longest=timedelta(minutes=81)),
)
