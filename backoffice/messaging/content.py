"""A message as the desks see it: who wrote, when, and readable documents.

No Django model here, so that commands can read files without a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Kind = Literal["body", "pdf", "spreadsheet", "word", "image", "audio", "xml", "text", "other"]
ChannelName = Literal["email", "whatsapp", "wa_cloud", "api"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of a document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote, as far as the message itself says. ``phone`` is E.164."""

    name: str = ""
    email: str = ""
    phone: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document and the text found in it.

    ``key`` is ``"subject"``, ``"body"`` or ``"attachment:<position>"``. Tables
    appear in ``text`` as one line per row with ``" | "`` between the cells.
    ``page_starts`` holds the offset in ``text`` at which each page begins.
    ``fresh`` (body only) are the spans the author wrote now, in order: without
    quoted earlier messages, signatures and disclaimers; ``signature`` the spans
    of the signature; for a forwarded message both are of the original.
    ``method`` says how the text was found (``plain``, ``html``, ``pypdf``,
    ``factur-x``, ``calamine``, ``vision``, ``transcription`` ...). ``problem``
    is a sentence for staff when the document could not be read, else empty.
    ``language`` is filled where a transcription told it.
    """

    key: str
    kind: Kind
    text: str
    filename: str = ""
    mime: str = ""
    page_starts: tuple[int, ...] = ()
    fresh: tuple[Span, ...] = ()
    signature: tuple[Span, ...] = ()
    method: str = ""
    problem: str = ""
    language: str = ""

    def own_text(self) -> str:
        """What the author wrote now; the whole text where no part is marked."""
        if not self.fresh:
            return self.text
        return "\n".join(self.text[span.start : span.end] for span in self.fresh)


@dataclass(frozen=True, slots=True)
class MessageContent:
    """Everything a desk needs to understand a message.

    ``author`` is who the message is from in substance: for a message that a
    colleague forwarded, the original sender, and ``forwarded_by`` the colleague.
    ``documents`` starts with the subject (where there is one) and the body.
    ``own_addresses`` are e-mail addresses the message was sent to (ours).
    """

    channel: ChannelName
    author: Person
    sent_at: datetime
    documents: tuple[ReadDocument, ...]
    subject: str = ""
    forwarded_by: Person | None = None
    own_addresses: tuple[str, ...] = ()
    is_automatic: bool = False

    def document(self, key: str) -> ReadDocument | None:
        return next((doc for doc in self.documents if doc.key == key), None)
