"""Messages and bare documents from files, read without touching the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from backoffice.core import ai, dates
from backoffice.core.errors import DomainError
from backoffice.core.text import fold
from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.documents.files import bytes_of, content_from_file
from backoffice.messaging.documents.read import read_document
from backoffice.messaging.senses import Models
from orders.extraction import read

if TYPE_CHECKING:
    from pathlib import Path

    from orders.reading import OrderReading

_HEAD = 2000
MESSAGES = (".eml", ".whatsapp.json")


def content_of(path: Path) -> MessageContent:
    """Return an e-mail, a stored WhatsApp message or any document as a message.

    A bare document counts as sent, by nobody, on the day it bears, else when the
    file was last changed.
    Raises DomainError for a file that is missing or holds nothing readable.
    """
    models = Models()
    see, hear = (models.see, models.hear) if settings.OPENAI_API_KEY else (None, None)
    if path.name.endswith(MESSAGES):
        return content_from_file(path, vision=see, transcribe=hear)
    data, changed = bytes_of(path), path.stat().st_mtime
    document = read_document(
        data, key="attachment:0", filename=path.name, vision=see, transcribe=hear
    )
    if not document.text.strip():
        raise DomainError(document.problem, code="unreadable_file", field="path", value=str(path))
    if document.kind in {"text", "audio"}:
        # Nobody else wrote it: these are the author's own words.
        document = replace(document, key="body", kind="body")
    return MessageContent(
        channel="api",
        author=Person(),
        sent_at=_written_at(document) or dt.datetime.fromtimestamp(changed, dt.UTC).astimezone(),
        documents=(document,),
    )


def _written_at(document: ReadDocument) -> dt.datetime | None:
    """The day a paper says it was written: the earliest of the full dates at its head."""
    today = timezone.localdate()
    head = fold(document.text[:_HEAD]).text
    days = [found.value for found in dates.find(head, today) if found.kind == "absolute"]
    return timezone.make_aware(dt.datetime.combine(min(days), dt.time(9))) if days else None


def unread(content: MessageContent) -> list[ReadDocument]:
    """Documents that nobody could read: pictures and recordings without a model."""
    return [document for document in content.documents if document.problem]


def with_transcript(content: MessageContent, text: str) -> MessageContent:
    """The message as if a model had read its picture or recording as ``text``."""
    documents = tuple(
        replace(document, text=text, problem="", method="transcript")
        if document.problem
        else document
        for document in content.documents
    )
    return replace(content, documents=documents)


def read_content(content: MessageContent) -> tuple[OrderReading, ...]:
    """Read every order, by the model where one is configured, else by rules; without a database."""
    with ai.without_database():
        return read(content)
