"""Rows and reports of the Cloud API, for the tests of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backoffice.messaging import delivery
from backoffice.messaging.tests.making import inbound, queued
from backoffice.messaging.tests.meta import HUGO

if TYPE_CHECKING:
    from backoffice.messaging.models import OutboundMessage


def written(**fields: Any) -> OutboundMessage:
    return queued(**{"channel": "wa_cloud", "recipient": HUGO, "body": "Bonjour Hugo", **fields})


def heard(phone: str = HUGO, **fields: Any) -> None:
    """The person wrote to us by this channel just now."""
    facts = {"channel": "wa_cloud", "sender_phone": phone, "thread": phone, "desk": "listings"}
    inbound(**{**facts, **fields})


def delivered(row: OutboundMessage) -> OutboundMessage:
    delivery.deliver(row.pk)
    row.refresh_from_db()
    return row


def status_of(wamid: str, status: str, **fields: Any) -> dict[str, Any]:
    return {"id": wamid, "status": status, "timestamp": "1795161600", **fields}
