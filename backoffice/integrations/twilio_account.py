"""What Twilio says of our account and of our WhatsApp number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from backoffice.integrations import twilio_whatsapp

# Twilio's own number, shared by everybody who tries WhatsApp out.
SANDBOX = "whatsapp:+14155238886"
_MOST_SENDERS = 50


@dataclass(frozen=True, slots=True)
class Account:
    """``status`` is Twilio's word: active, suspended, closed."""

    name: str
    status: str
    is_trial: bool


@dataclass(frozen=True, slots=True)
class Sender:
    """A WhatsApp number; ``status`` is Twilio's word (ONLINE ...), the addresses may be empty."""

    number: str
    status: str
    webhook_url: str
    status_url: str


def fetch_account() -> Account:
    """The account of TWILIO_ACCOUNT_SID. Raises ``NotConfigured`` and ``ServiceError``."""
    sid = settings.TWILIO_ACCOUNT_SID
    row = twilio_whatsapp.ask(lambda client: client.api.v2010.accounts(sid).fetch())
    return Account(
        name=str(row.friendly_name or ""),
        status=str(row.status or ""),
        is_trial=str(row.type or "").lower() == "trial",
    )


def find_sender() -> Sender | None:
    """Our number among the account's WhatsApp senders. Raises as ``fetch_account``."""
    rows = twilio_whatsapp.ask(
        lambda client: client.messaging.v2.channels_senders.list(
            channel="whatsapp", limit=_MOST_SENDERS
        )
    )
    number = twilio_whatsapp.address(settings.TWILIO_WHATSAPP_NUMBER)
    return next((_read(row) for row in rows if row.sender_id == number), None)


def _read(row: Any) -> Sender:  # noqa: ANN401 - the SDK is untyped
    webhook = row.webhook if isinstance(row.webhook, dict) else {}
    return Sender(
        number=str(row.sender_id),
        status=str(row.status or ""),
        webhook_url=str(webhook.get("callback_url") or ""),
        status_url=str(webhook.get("status_callback_url") or ""),
    )
