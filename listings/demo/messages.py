"""The demo's messages, as Meta would have brought them, and our answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from backoffice.messaging import media
from backoffice.messaging.models import Attachment, Channel, InboundMessage, OutboundMessage
from listings.demo import pictures

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from backoffice.messaging.models import Document
    from listings.models import Trader

DESK = "listings"
# Where no number of ours is configured.
ACCOUNT = "316780950000417"
LIST_NAME = "tarif.pdf"
MINUTE = dt.timedelta(minutes=1)
Status = OutboundMessage.Status


@dataclass(frozen=True, slots=True)
class Written:
    """One message of ``traders.json`` with who wrote it and when."""

    person: dict[str, Any]
    facts: dict[str, Any]
    at: dt.datetime

    @property
    def is_ours(self) -> bool:
        return "ours" in self.facts

    @property
    def wamid(self) -> str:
        """Meta's id: the same on every machine for the same message."""
        words = json.dumps([self.person["name"], self.facts], sort_keys=True)
        return f"wamid.demo.{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def receive(written: Written) -> InboundMessage:
    """Keep the message with its files, not read yet."""
    person, text = written.person, written.facts.get("text", "")
    message = InboundMessage.objects.create(
        desk=DESK,
        channel=Channel.WHATSAPP_CLOUD,
        external_id=written.wamid,
        account=settings.WHATSAPP_PHONE_NUMBER_ID or ACCOUNT,
        thread=person.get("user_id") or person["phone"],
        sender_name=person["name"],
        sender_phone=person.get("phone", ""),
        sender_user_id=person.get("user_id", ""),
        body=text,
        raw=json.dumps(_payload(written), ensure_ascii=False).encode(),
        sent_at=written.at,
    )
    document, filename = _file(written)
    if document is not None:
        Attachment.objects.create(message=message, position=0, document=document, filename=filename)
    return message


def answer(written: Written, trader: Trader, author: User) -> OutboundMessage:
    """What we wrote: sent, and what became of it."""
    status = written.facts["status"]
    person = written.person
    row = OutboundMessage(
        key=f"demo:{written.wamid}",
        channel=Channel.WHATSAPP_CLOUD,
        recipient=person.get("user_id") or person["phone"],
        recipient_name=person["name"],
        language=person["language"],
        body=written.facts["ours"],
        about=trader,
        author=author,
        status=status,
        error=written.facts.get("error", ""),
        provider_id=f"{written.wamid}.ours",
        handed_over_at=written.at,
        sent_at=written.at,
        delivered_at=written.at + MINUTE if status in {Status.DELIVERED, Status.READ} else None,
        read_at=written.at + 2 * MINUTE if status == Status.READ else None,
        queued_at=None,
    )
    row.save()
    OutboundMessage.objects.filter(pk=row.pk).update(created_at=written.at)
    return row


def _payload(written: Written) -> dict[str, Any]:
    person, facts = written.person, written.facts
    profile = {"name": person["name"]}
    if "username" in person:
        profile["username"] = person["username"]
    sender = {"from_user_id": person["user_id"]} if "user_id" in person else {}
    known = {"user_id": person["user_id"]} if "user_id" in person else {}
    if "phone" in person:
        number = person["phone"].removeprefix("+")
        sender["from"] = known["wa_id"] = number
    account = settings.WHATSAPP_PHONE_NUMBER_ID or ACCOUNT
    return {
        "metadata": {"display_phone_number": "33639980001", "phone_number_id": account},
        "contact": {"profile": profile, **known},
        "message": {
            **sender,
            "id": written.wamid,
            "timestamp": str(int(written.at.timestamp())),
            **_content(facts),
        },
    }


def _content(facts: dict[str, Any]) -> dict[str, Any]:
    text = facts.get("text", "")
    if "photo" in facts:
        return {"type": "image", "image": {"caption": text, "mime_type": "image/jpeg"}}
    if "voice" in facts:
        return {"type": "audio", "audio": {"mime_type": "audio/wav", "voice": True}}
    if "price_list" in facts:
        document = {"caption": text, "mime_type": "application/pdf", "filename": LIST_NAME}
        return {"type": "document", "document": document}
    return {"type": "text", "text": {"body": text}}


def _file(written: Written) -> tuple[Document | None, str]:
    """The file that came with it; a photo and a voice message count as looked at already."""
    facts = written.facts
    if "price_list" in facts:
        title = f"{written.person['name']} {written.at:%d/%m/%Y}"
        return media.store(pictures.price_list(title, facts["price_list"])), LIST_NAME
    if "photo" in facts:
        return _seen(
            media.store(pictures.watch(facts["photo"], facts.get("photo_of", written.wamid))),
            "image",
            "",
            "",
        )
    if "voice" in facts:
        language = written.person["language"]
        return _seen(media.store(pictures.voice()), "audio", facts["voice"], language)
    return None, ""


def _seen(document: Document, kind: str, text: str, language: str) -> tuple[Document, str]:
    document.kind, document.text, document.language = kind, text, language
    document.method = "transcription" if text else ""
    document.read_at = timezone.now()
    document.save(update_fields=["kind", "text", "language", "method", "read_at"])
    return document, ""
