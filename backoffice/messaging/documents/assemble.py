"""Parsed e-mail and read documents put together as the message a desk understands."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from backoffice.messaging.content import MessageContent, Person, ReadDocument, Span
from backoffice.messaging.documents import headers
from backoffice.messaging.documents.sender import domain, is_colleague

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.documents.email import EmailAttachment, ParsedEmail
    from backoffice.messaging.documents.replies import Forwarded

_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def build_content(
    parsed: ParsedEmail,
    documents: Sequence[ReadDocument] = (),
    *,
    sent_at: dt.datetime | None = None,
) -> MessageContent:
    """The e-mail as desks see it: subject and body first, then ``documents``.

    For a forward by a colleague the author, the date, and the fresh and signature
    spans are the original's. A customer's forward of somebody else's mail stays
    the customer's, and both texts are fresh. ``sent_at`` is given where the mailbox
    knew the time of arrival and judged the mail's own date by it.
    """
    own = tuple(dict.fromkeys((*parsed.to, *parsed.cc)))
    if sent_at is None or sent_at == parsed.date:
        # The same instant, in the author's own time zone.
        sent_at = parsed.date or parsed.received or dt.datetime.now(dt.UTC)
    author, forwarded_by, body = parsed.sender, None, parsed.body
    original = _original(parsed, own)
    if original is not None:
        writer = _author(original)
        if _speaks_for(parsed, original, writer, own):
            author, forwarded_by = writer, parsed.sender
            sent_at = _sent(original) or sent_at
            body = _with_spans(body, original.parts.fresh, original.parts.signature)
        else:
            body = _with_spans(
                body,
                (*parsed.parts.fresh, *original.parts.fresh),
                (*parsed.parts.signature, *original.parts.signature),
            )
    subject = _subject(parsed, original if forwarded_by else None)
    return MessageContent(
        channel="email",
        author=author,
        sent_at=sent_at,
        documents=(*subject, body, *documents),
        subject=parsed.subject,
        forwarded_by=forwarded_by,
        own_addresses=own,
        is_automatic=parsed.is_automatic,
    )


def worth_reading(attachment: EmailAttachment) -> bool:
    """False for logos and tracking pixels: pictures too small to show an order."""
    # Pillow is only needed where there is a picture.
    from backoffice.messaging.documents import images  # noqa: PLC0415 - slow import
    from backoffice.messaging.documents.detect import detect  # noqa: PLC0415 - the same

    kind, _mime = detect(attachment.content, attachment.declared_type)
    if kind != "image":
        return True
    return not images.is_decoration(attachment.content, inline=attachment.inline)


def _subject(parsed: ParsedEmail, original: Forwarded | None) -> tuple[ReadDocument, ...]:
    text = (original.fields.get("subject", "") if original else "") or parsed.subject
    return (ReadDocument("subject", "text", text, method="plain"),) if text else ()


def _original(parsed: ParsedEmail, own: Sequence[str]) -> Forwarded | None:
    """The innermost message that somebody outside wrote."""
    found = parsed.parts.forwarded
    while found is not None and found.parts.forwarded is not None:
        if found.parts.fresh and not is_colleague(_author(found).email, own):
            break
        found = found.parts.forwarded
    return found


def _author(original: Forwarded) -> Person:
    value = original.fields.get("from", "")[:500]
    address = _ADDRESS.search(value)
    name = re.split(r"[<\[(]", value)[0].strip(" \"'*")
    if "@" in name:
        name = ""
    return Person(name=name, email=address[0].lower() if address else "")


def _sent(original: Forwarded) -> dt.datetime | None:
    """When the original was sent, as its header line says, in our own time zone."""
    value = original.fields.get("sent", "")[:100]
    found = headers.date(value) if re.search(r"\d{1,2}:\d\d:\d\d|[+-]\d{4}", value) else None
    if found or not re.search(r"\d", value):
        return found
    import dateparser  # noqa: PLC0415 - slow import

    zone = settings.TIME_ZONE
    parsed = dateparser.parse(
        re.sub(r"\s(?:à|at|um|alle)\s", " ", value),
        languages=["fr", "en", "es", "de", "it", "ar"],
        settings={"TIMEZONE": zone, "DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
    )
    if parsed is None:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(zone))
    return aware if aware <= dt.datetime.now(dt.UTC) + dt.timedelta(days=2) else None


def _speaks_for(
    parsed: ParsedEmail, original: Forwarded, writer: Person, own: Sequence[str]
) -> bool:
    """Does the forwarder only pass on what the writer wants?"""
    if not (writer.email or writer.name) or is_colleague(writer.email, own):
        return False
    if is_colleague(parsed.sender.email, own):
        return True
    # Somebody in between, such as the owner's private mailbox; a note with figures is an order.
    note = " ".join(parsed.body.text[span.start : span.end] for span in parsed.parts.fresh)
    return (
        bool(writer.email)
        and bool(original.parts.fresh)
        and domain(writer.email) != domain(parsed.sender.email)
        and not re.search(r"\d", note)
    )


def _with_spans(
    body: ReadDocument, fresh: tuple[Span, ...], signature: tuple[Span, ...]
) -> ReadDocument:
    return dataclasses.replace(body, fresh=fresh or (Span(0, 0),), signature=signature)
