"""Messages read straight from files, without a database: for commands and tests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import orjson
from django.utils.translation import gettext_lazy as _

from backoffice.core.errors import DomainError
from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.documents.assemble import build_content, worth_reading
from backoffice.messaging.documents.email import read_email
from backoffice.messaging.documents.read import read_document
from backoffice.messaging.documents.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from backoffice.messaging.documents.read import Transcribe, Vision


def bytes_of(path: Path) -> bytes:
    """The file as it is. Raises DomainError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DomainError(
            _("The file %(path)s cannot be read: %(reason)s.")
            % {"path": path, "reason": error.strerror or type(error).__name__},
            code="unreadable_file",
            field="path",
            value=str(path),
        ) from error


def content_from_file(
    path: Path, *, vision: Vision | None = None, transcribe: Transcribe | None = None
) -> MessageContent:
    """Read an ``.eml`` or a ``.whatsapp.json`` with its media beside it.

    Raises DomainError for a file that is missing or neither.
    """
    raw = bytes_of(path)
    if path.suffix == ".json":
        return content_from_whatsapp_json(
            raw,
            load=lambda name: (path.parent / name).read_bytes(),
            vision=vision,
            transcribe=transcribe,
        )
    return content_from_eml(raw, vision=vision, transcribe=transcribe)


def content_from_eml(
    raw: bytes,
    *,
    vision: Vision | None = None,
    transcribe: Transcribe | None = None,
) -> MessageContent:
    """An e-mail with all its attachments read. Never raises."""
    parsed = read_email(raw)
    documents = [
        read_document(
            attachment.content,
            key=f"attachment:{position}",
            filename=attachment.filename,
            declared_type=attachment.declared_type,
            vision=vision,
            transcribe=transcribe,
        )
        for position, attachment in enumerate(parsed.attachments)
        if worth_reading(attachment)
    ]
    return build_content(parsed, documents)


def content_from_whatsapp_json(
    raw: bytes,
    *,
    load: Callable[[str], bytes],
    vision: Vision | None = None,
    transcribe: Transcribe | None = None,
) -> MessageContent:
    """A stored Twilio message: ``form``, ``received_at`` and ``media`` (field -> file name).

    ``load`` gives the bytes of a file by its name. Raises DomainError where the
    JSON has another shape.
    """
    try:
        stored = orjson.loads(raw)
        form = {str(name): str(value) for name, value in stored["form"].items()}
        received_at = dt.datetime.fromisoformat(stored["received_at"])
        media = {str(name): str(file) for name, file in stored.get("media", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DomainError(
            _("This is no stored WhatsApp message: it needs the fields form and received_at."),
            code="unknown_format",
        ) from error
    if received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=dt.UTC)
    documents = [
        _medium(load, form, name, file, vision=vision, transcribe=transcribe)
        for name, file in sorted(media.items())
    ]
    return content_from_whatsapp(form, received_at, documents)


def _medium(  # noqa: PLR0913 - private, all of them passed on
    load: Callable[[str], bytes],
    form: Mapping[str, str],
    name: str,
    file: str,
    *,
    vision: Vision | None,
    transcribe: Transcribe | None,
) -> ReadDocument:
    position = name.removeprefix("MediaUrl")
    key = f"attachment:{position}"
    try:
        data = load(file)
    except OSError as error:
        problem = _("The file %(name)s is missing.") % {"name": file}
        del error
        return ReadDocument(key, "other", "", filename=file, problem=problem)
    return read_document(
        data,
        key=key,
        filename=file,
        declared_type=form.get(f"MediaContentType{position}", ""),
        vision=vision,
        transcribe=transcribe,
    )


def content_from_whatsapp(
    form: Mapping[str, str], sent_at: dt.datetime, documents: list[ReadDocument]
) -> MessageContent:
    """Twilio's form fields and the media read from them as a message.

    A sender who hides the number comes with a user id only (``From`` is then
    ``whatsapp:FR.123...``).
    """
    sender = form.get("From", "").removeprefix("whatsapp:")
    phone = sender if sender.startswith("+") else ""
    user_id = form.get("ExternalUserId", "") or ("" if phone else sender)
    name = clean(form.get("ProfileName", "")).strip()
    text = clean(form.get("Body", "")).strip()
    body = ReadDocument("body", "body", text, mime="text/plain", method="plain")
    return MessageContent(
        channel="whatsapp",
        author=Person(name=name, phone=phone, user_id=user_id),
        sent_at=sent_at,
        documents=(body, *documents),
    )
