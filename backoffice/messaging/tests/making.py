"""Rows for the tests of this package."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.messaging import outbox
from backoffice.messaging.models import InboundMessage, OutboundMessage

if TYPE_CHECKING:
    from pytest_django import Settings

_numbers = itertools.count(1)

PHONE = "+33639980355"
ACCOUNT = "AC00000000000000000000000000000042"
VALUES = {
    "customer_name": "Salma Bennani",
    "order_number": "CMD-2026-00042",
    "lines": "- 5000 sachets",
    "total": "4 850,00 MAD",
    "delivery_date": "",
    "reason": "",
}


def inbound(**fields: Any) -> InboundMessage:
    number = next(_numbers)
    defaults = {
        "desk": "orders",
        "channel": "whatsapp",
        "external_id": f"in-{number}",
        "raw": b"",
        "sent_at": timezone.now(),
    }
    return InboundMessage.objects.create(**{**defaults, **fields})


def queued(**fields: Any) -> OutboundMessage:
    """A message in the outbox, by e-mail unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "key": f"test:{number}",
        "channel": "email",
        "recipient": "salma@example.org",
        "subject": "Votre commande",
        "body": "Votre commande CMD-2026-00042 est validée.",
    }
    return outbox.queue_text(**{**defaults, **fields})


def whatsapp(**fields: Any) -> OutboundMessage:
    return queued(channel="whatsapp", recipient=PHONE, **fields)


def use_twilio(settings: Settings, url: str = "http://127.0.0.1:9") -> None:
    settings.TWILIO_ACCOUNT_SID = ACCOUNT
    settings.TWILIO_AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
    settings.TWILIO_WHATSAPP_NUMBER = "whatsapp:+33639980010"
    settings.TWILIO_API_URL = url
    settings.TWILIO_TIMEOUT = 60
    settings.PUBLIC_URL = "https://backoffice.example.org"
