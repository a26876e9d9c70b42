"""What Meta sends, as bytes with their signatures, and the ways to post it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backoffice.messaging.cloud.signature import sign
from backoffice.messaging.models import InboundMessage

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from pytest_django import Settings

DATA = Path(__file__).parent / "data" / "meta"
_SIGNED = json.loads((DATA / "signatures.json").read_text())
SECRET: str = _SIGNED["app_secret"]
SIGNATURES: dict[str, str] = _SIGNED["signatures"]
NUMBER_ID = "316780950000417"
VERIFY_TOKEN = "test-meta-verify-token-0001"
HUGO, HUGO_ID = "+33639980117", "FR.4820193756610284"


def use_meta(settings: Settings, url: str = "http://127.0.0.1:9") -> None:
    settings.WHATSAPP_APP_SECRET = SECRET
    settings.WHATSAPP_VERIFY_TOKEN = VERIFY_TOKEN
    settings.WHATSAPP_ACCESS_TOKEN = "EAATestOnly"
    settings.WHATSAPP_PHONE_NUMBER_ID = NUMBER_ID
    settings.WHATSAPP_API_URL = url
    settings.WHATSAPP_TIMEOUT = 60


def body(name: str) -> bytes:
    return (DATA / "wire" / f"{name}.body").read_bytes()


def post(client: Client, content: bytes, **headers: str) -> HttpResponse:
    """Post these bytes as Meta does, signed unless a signature is given."""
    given = {"x-hub-signature-256": sign(content, SECRET), **headers}
    kind = given.pop("content-type", "application/json")
    return client.generic("POST", "/webhook", content, content_type=kind, headers=given)  # type: ignore[return-value]


def post_fixture(client: Client, name: str) -> HttpResponse:
    return post(client, body(name), **{"x-hub-signature-256": SIGNATURES[name]})


def envelope(*messages: Any, **value: Any) -> dict[str, Any]:
    """A delivery of these messages to our number."""
    facts: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33639980001", "phone_number_id": NUMBER_ID},
        **({"messages": list(messages)} if messages else {}),
        **value,
    }
    change = {"field": "messages", "value": facts}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "215589313241560", "changes": [change]}],
    }


def text(wamid: str = "wamid.1", words: str = "Vends Tudor", **fields: Any) -> dict[str, Any]:
    return {
        "from": "33639980117",
        "id": wamid,
        "timestamp": "1795161600",
        "type": "text",
        "text": {"body": words},
        **fields,
    }


def deliver(client: Client, *messages: Any, **value: Any) -> HttpResponse:
    return post(client, json.dumps(envelope(*messages, **value)).encode())


def stored() -> list[InboundMessage]:
    return [*InboundMessage.objects.order_by("pk")]


def only() -> InboundMessage:
    return InboundMessage.objects.get()
