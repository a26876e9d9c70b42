"""Everything a message says, as desks read it: its body, and the text of every file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils import timezone

from backoffice.messaging import media
from backoffice.messaging.cleaning import storable
from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.documents.assemble import build_content, worth_reading
from backoffice.messaging.documents.email import read_email
from backoffice.messaging.documents.read import read_document
from backoffice.messaging.models import Attachment, Channel

if TYPE_CHECKING:
    from backoffice.messaging.content import ChannelName, Kind
    from backoffice.messaging.documents.email import ParsedEmail
    from backoffice.messaging.models import Document, InboundMessage
    from backoffice.messaging.senses import Models


def take_apart(message: InboundMessage) -> None:
    """Write what an e-mail's bytes hold to its rows: the text, and each file as a document.

    Running it again finds the same files in the same places. Logos and
    tracking pixels are left where they are, in the raw bytes.
    """
    parsed = _parsed(message)
    message.body = storable(parsed.body.text)
    message.is_automatic = parsed.is_automatic
    message.save(update_fields=["body", "is_automatic"])
    if _is_stub(message):
        return
    for position, part in enumerate(parsed.attachments):
        if not worth_reading(part):
            continue
        Attachment.objects.get_or_create(
            message=message,
            position=position,
            defaults={
                "document": media.store(part.content, part.declared_type),
                "filename": storable(part.filename, 255),
                "declared_type": storable(part.declared_type, 120),
            },
        )


def read_documents(message: InboundMessage, models: Models) -> None:
    """Read every stored file that was not read before; text and problem stay on its row.

    A file that a model could not look at for the moment stays unread: see
    ``models.passing``.
    """
    unread = message.attachments.filter(document__read_at=None).exclude(document=None)
    for attachment in unread.select_related("document"):
        if attachment.document is not None:
            _read(attachment, attachment.document, models)


def content_of(message: InboundMessage) -> MessageContent:
    """The message for its desk, from what is stored: no file is read and no model asked."""
    documents = [_document(attachment) for attachment in _attachments(message)]
    if message.channel == Channel.EMAIL:
        parsed = _parsed(message)
        body = dataclasses.replace(parsed.body, problem=parsed.problem)
        parsed = dataclasses.replace(parsed, body=body)
        return build_content(parsed, documents, sent_at=message.sent_at)
    body = ReadDocument("body", "body", message.body, mime="text/plain", method="plain")
    subject = ReadDocument("subject", "text", message.subject, method="plain")
    return MessageContent(
        channel=cast("ChannelName", message.channel),
        author=Person(
            name=message.sender_name,
            email=message.sender_email,
            phone=message.sender_phone,
            user_id=message.sender_user_id,
        ),
        sent_at=message.sent_at,
        documents=(*([subject] if message.subject else []), body, *documents),
        subject=message.subject,
        is_automatic=message.is_automatic,
    )


def _parsed(message: InboundMessage) -> ParsedEmail:
    return read_email(bytes(message.raw))


def _attachments(message: InboundMessage) -> list[Attachment]:
    return [*message.attachments.select_related("document").order_by("position")]


def _is_stub(message: InboundMessage) -> bool:
    """Only the beginning of a mail that was too large: its files are cut off."""
    return message.attachments.filter(document=None, source_url="").exists()


def _read(attachment: Attachment, document: Document, models: Models) -> None:
    before = models.passing
    models.passing = None
    with document.file.open("rb") as file:
        found = read_document(
            file.read(),
            key="",
            filename=attachment.filename,
            declared_type=attachment.declared_type,
            # Without a key the readers say themselves what is missing.
            vision=models.see if settings.OPENAI_API_KEY else None,
            transcribe=models.hear if settings.OPENAI_API_KEY else None,
        )
    document.kind = found.kind
    document.text = storable(found.text)
    document.page_starts = list(found.page_starts)
    document.method = found.method
    document.language = found.language
    document.problem = found.problem
    document.read_at = None if models.passing else timezone.now()
    document.save()
    models.passing = models.passing or before


def _document(attachment: Attachment) -> ReadDocument:
    key = f"attachment:{attachment.position}"
    document = attachment.document
    if document is None:
        return ReadDocument(
            key, "other", "", filename=attachment.filename, problem=attachment.problem
        )
    return ReadDocument(
        key=key,
        kind=cast("Kind", document.kind or "other"),
        text=document.text,
        filename=attachment.filename,
        mime=document.mime,
        page_starts=tuple(document.page_starts),
        method=document.method,
        problem=attachment.problem or document.problem,
        language=document.language,
    )
