"""The message beside the form: every document, with the places that were read marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.admin.marks import Level, Mark, Piece, level_of, pieces_of
from orders.admin.confidence import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.messaging.models import Attachment, InboundMessage
    from orders.models import Order
    from orders.reading import Evidence, OrderReading


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One document as the page shows it; ``show`` says how: text, pdf, image, audio or file."""

    key: str
    title: str
    show: str
    pieces: tuple[Piece, ...] = ()
    url: str = ""
    problem: str = ""


def documents_of(order: Order, reading: OrderReading | None) -> list[SourceDocument]:
    """What the order was read from, in the order it came; empty for orders without a message."""
    message = order.message
    if message is None:
        return []
    return documents_of_message(message, _marks_by_document(reading) if reading else {})


def documents_of_message(
    message: InboundMessage, marks: dict[str, list[Mark]]
) -> list[SourceDocument]:
    """The texts and files of a message in their order, with ``marks`` by document."""
    attachments = message.attachments.select_related("document")
    return [*_text_documents(message, marks), *(_attached(one, marks) for one in attachments)]


def _marks_by_document(reading: OrderReading) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for document, mark in _marks(reading):
        found.setdefault(document, []).append(mark)
    return found


def _marks(reading: OrderReading) -> Iterator[tuple[str, Mark]]:
    for name, label, value in fields_of(reading):
        percent = round(value.confidence * 100)
        title = _("%(field)s (%(percent)d %%)") % {"field": label, "percent": percent}
        for place in value.evidence:
            yield place.document, _mark(place, name, title, level_of(value.confidence))


def _mark(place: Evidence, field: str, label: str, level: Level) -> Mark:
    return Mark(place.start, place.end, field, label, level)


def _text_documents(
    message: InboundMessage, marks: dict[str, list[Mark]]
) -> Iterator[SourceDocument]:
    for key, title, text in (
        ("subject", _("Subject"), message.subject),
        ("body", _("Message"), message.body),
    ):
        if text.strip():
            yield SourceDocument(key, title, "text", pieces_of(text, marks.get(key, ())))


def _attached(attachment: Attachment, marks: dict[str, list[Mark]]) -> SourceDocument:
    key = f"attachment:{attachment.position}"
    title = attachment.filename or _("Attachment %(number)d") % {"number": attachment.position + 1}
    document = attachment.document
    if document is None:
        return SourceDocument(key, title, "file", problem=attachment.problem)
    return SourceDocument(
        key,
        title,
        _way_to_show(document.mime),
        pieces_of(document.text, marks.get(key, ())),
        reverse("messaging:document", args=[document.pk]),
        attachment.problem or document.problem,
    )


def _way_to_show(mime: str) -> str:
    if mime == "application/pdf":
        return "pdf"
    family = mime.partition("/")[0]
    return family if family in {"image", "audio"} and mime != "image/svg+xml" else "file"
