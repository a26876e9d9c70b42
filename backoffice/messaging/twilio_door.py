"""What Twilio says about a WhatsApp message, turned into ours; nobody else knows its names."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.messaging.models import Channel
from backoffice.messaging.receiving import Incoming, IncomingFile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

# WhatsApp's number is read by the order desk; a person moves what is for another.
DESK = "orders"
# WhatsApp sends one file per message; Twilio's limit is ten.
MAX_FILES = 10
PHONE = re.compile(r"\+[1-9]\d{5,14}")


def incoming(
    form: Mapping[str, str], raw: bytes, sent_at: dt.datetime, *, desk: str = DESK
) -> Incoming:
    """Read a message's form; ``raw`` is its body as it came over the wire.

    A form that is no message gives an ``Incoming`` with a ``reason``, under the
    digest of its bytes, so that it is kept and shown to a person.
    """
    sid = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid") or ""
    sender = form.get("From", "").removeprefix("whatsapp:").strip()
    phone = sender if PHONE.fullmatch(sender) else ""
    user_id = form.get("ExternalUserId", "") or ("" if phone else sender)
    files = _files(form)
    return Incoming(
        desk=desk,
        channel=Channel.WHATSAPP,
        external_id=sid or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        raw=raw,
        sent_at=sent_at,
        account=form.get("To", "").removeprefix("whatsapp:"),
        thread=phone or user_id,
        in_reply_to=form.get("OriginalRepliedMessageSid", ""),
        sender_name=form.get("ProfileName", "") or form.get("ProfileUsername", ""),
        sender_phone=phone,
        sender_user_id=user_id,
        body=_text(form, files),
        reason=_why_unreadable(form, sid, sender),
        files=files,
    )


def _why_unreadable(form: Mapping[str, str], sid: str, sender: str) -> str:
    if not sid or not sender:
        return _(
            "Twilio sent something that is not a message (no message id or no sender). "
            "The original is kept; look at the number's settings in Twilio's console."
        )
    says_something = form.get("Body", "").strip() or form.get("MediaUrl0") or _place(form)
    answers = form.get("ButtonText") or form.get("ListTitle")
    kind = form.get("MessageType", "text")
    if not says_something and not answers and kind != "text":
        return _(
            "A message of the kind “%(kind)s” cannot be read here. "
            "Open the conversation on the phone to see it."
        ) % {"kind": kind[:40]}
    return ""


def _files(form: Mapping[str, str]) -> tuple[IncomingFile, ...]:
    urls = [form.get(f"MediaUrl{number}", "") for number in range(MAX_FILES)]
    # A document's Body is its file name.
    name = form.get("Body", "").strip() if _body_is_file_name(form) else ""
    return tuple(
        IncomingFile(
            source_url=url,
            filename=name,
            declared_type=form.get(f"MediaContentType{number}", ""),
        )
        for number, url in enumerate(urls)
        if url
    )


def _body_is_file_name(form: Mapping[str, str]) -> bool:
    body = form.get("Body", "").strip()
    is_document = form.get("MessageType") == "document" and not form.get("MediaUrl1")
    return is_document and "\n" not in body and mimetypes.guess_type(body)[0] is not None


def _text(form: Mapping[str, str], files: tuple[IncomingFile, ...]) -> str:
    if files and files[0].filename:
        return ""
    return (
        form.get("Body", "").strip()
        or form.get("ButtonText", "")
        or form.get("ListTitle", "")
        or _place(form)
    )


def _place(form: Mapping[str, str]) -> str:
    """A shared position as words: label, address, coordinates."""
    latitude, longitude = form.get("Latitude", ""), form.get("Longitude", "")
    position = f"({latitude}, {longitude})" if latitude and longitude else ""
    return "\n".join(
        part for part in (form.get("Label", ""), form.get("Address", ""), position) if part
    )
