"""Messages for tests that need one and do not care what it says."""

from __future__ import annotations

import uuid

from django.utils import timezone

from backoffice.messaging.models import Channel, InboundMessage


def received_message(**fields: object) -> InboundMessage:
    """A stored e-mail that nobody has looked at yet."""
    given: dict[str, object] = {
        "desk": "orders",
        "channel": Channel.EMAIL,
        "external_id": f"<{uuid.uuid4()}@example.com>",
        "raw": b"",
        "sent_at": timezone.now(),
    }
    return InboundMessage.objects.create(**given | fields)
