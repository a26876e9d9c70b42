"""From a stored message to what a desk made of it; every step can run twice."""

from __future__ import annotations

from backoffice.core.jobs.rows import Lane
from backoffice.messaging.models import InboundMessage

Status = InboundMessage.Status
LANE: Lane[InboundMessage] = Lane(
    InboundMessage, waiting=Status.RECEIVED, working=Status.PROCESSING, failed=Status.FAILED
)


def process(message: InboundMessage) -> None:
    raise NotImplementedError
