"""An e-mail taken apart: who, when, the body with its parts, the attachments."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - part of the public dataclass
import logging
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Final

from backoffice.messaging.content import Person, ReadDocument
from backoffice.messaging.documents import body, headers, limits, machines
from backoffice.messaging.documents.problems import sentence
from backoffice.messaging.documents.replies import Parts
from backoffice.messaging.documents.sender import correspondents

if TYPE_CHECKING:
    from email.message import Message

log = logging.getLogger(__name__)

_SIGNATURE_TYPES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)


@dataclass(frozen=True, slots=True)
class EmailAttachment:
    """A file in an e-mail. ``inline``: shown in the text rather than attached to it."""

    filename: str
    declared_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class ParsedEmail:
    """An e-mail as it says itself; nothing here has been verified.

    ``message_id``, ``in_reply_to`` and ``references`` keep their angle brackets
    and are empty where missing. ``sender`` and ``reply_to`` are the result of
    ``correspondents``. ``date`` is aware, None where missing or nonsensical;
    ``received`` is what our own server noted. ``body`` has the spans of
    ``parts``. ``problem`` is a sentence for staff.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    sender: Person = field(default_factory=Person)
    reply_to: Person | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    date: dt.datetime | None = None
    received: dt.datetime | None = None
    body: ReadDocument = field(default_factory=lambda: ReadDocument("body", "body", ""))
    parts: Parts = field(default_factory=Parts)
    attachments: tuple[EmailAttachment, ...] = ()
    is_automatic: bool = False
    problem: str = ""


@dataclass(slots=True)
class _Leaves:
    """The parts of a message that hold something, in order."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[EmailAttachment] = field(default_factory=list)
    nested: list[Message] = field(default_factory=list)
    is_report: bool = False
    problem: str = ""


def read_email(raw: bytes) -> ParsedEmail:
    """Take an e-mail apart. Never raises: what cannot be read is named in ``problem``."""
    try:
        return _read(raw)
    except Exception as error:  # noqa: BLE001 - whatever is in there, the message is kept
        log.warning("an e-mail of %s bytes: %s", len(raw), type(error).__name__)
        return ParsedEmail(problem=sentence("email"))


def _read(raw: bytes) -> ParsedEmail:
    # compat32 raises on far fewer broken headers than the modern policies do.
    message = message_from_bytes(raw.replace(b"\x00", b""), policy=policy.compat32)
    leaves = _leaves(message)
    subject = headers.value(message, "Subject")
    writer, reply_to = correspondents(message)
    text = body.choose(leaves.plain, leaves.html)
    for nested in leaves.nested[:5]:
        text = body.with_forwarded(text, *_nested(nested, leaves))
    document, parts = body.document(text, subject=subject, sender=writer)
    # With a file comes something to look at.
    own = "" if any(not one.inline for one in leaves.attachments) else document.own_text()
    received = next(iter(headers.values(message, "Received")), "").rpartition(";")[2]
    arrived = headers.date(received)
    return ParsedEmail(
        message_id=next(iter(headers.message_ids(message, "Message-ID")), ""),
        in_reply_to=next(iter(headers.message_ids(message, "In-Reply-To")), ""),
        references=headers.message_ids(message, "References"),
        subject=subject,
        sender=writer,
        reply_to=reply_to,
        to=headers.addresses(message, "To", "Delivered-To", "X-Original-To"),
        cc=headers.addresses(message, "Cc"),
        date=headers.date(next(iter(headers.values(message, "Date")), ""), now=arrived),
        received=arrived,
        body=document,
        parts=parts,
        attachments=tuple(leaves.attachments[: limits.EMAIL_ATTACHMENTS]),
        is_automatic=leaves.is_report or machines.wrote(message, writer.email, own),
        problem=leaves.problem,
    )


def _nested(message: Message, outer: _Leaves) -> tuple[dict[str, str], body.Text]:
    """A message attached to this one: its header lines and text; its files join ours."""
    leaves = _leaves(message)
    outer.attachments.extend(leaves.attachments)
    fields = {
        "Sujet": headers.value(message, "Subject"),
        "Date": headers.value(message, "Date"),
        "De": headers.value(message, "From"),
        "Pour": headers.value(message, "To"),
    }
    return fields, body.choose(leaves.plain, leaves.html)


def _leaves(message: Message) -> _Leaves:
    """Walk the tree without recursion: a hostile one is thousands of levels deep."""
    leaves = _Leaves()
    waiting: list[tuple[Message, int, bool]] = [(message, 0, False)]
    seen = 0
    while waiting:
        part, depth, in_alternative = waiting.pop()
        seen += 1
        if seen > limits.EMAIL_PARTS or depth > limits.EMAIL_DEPTH:
            leaves.problem = sentence("parts", {"limit": limits.EMAIL_ATTACHMENTS})
            break
        kind = part.get_content_type()
        children = part.get_payload() if part.is_multipart() else None
        if kind in {
            "multipart/report",
            "message/delivery-status",
            "message/disposition-notification",
        }:
            leaves.is_report = True
        if kind == "text/calendar" and _calendar_method(part) in {"REPLY", "COUNTER"}:
            # "Accepted: delivery on Tuesday": a calendar says so when its owner clicks.
            leaves.is_report = True
        if kind == "message/rfc822" and isinstance(children, list) and depth:
            leaves.nested.extend(child for child in children if not isinstance(child, str))
        elif isinstance(children, list):
            alternative = kind == "multipart/alternative"
            waiting.extend(
                (child, depth + 1, alternative)
                for child in reversed(children)
                if not isinstance(child, str)
            )
        else:
            _leaf(part, leaves, in_alternative=in_alternative)
    if len(leaves.attachments) > limits.EMAIL_ATTACHMENTS:
        leaves.problem = sentence("parts", {"limit": limits.EMAIL_ATTACHMENTS})
    if leaves.is_report:
        leaves.nested.clear()  # our own message, sent back
    return leaves


def _calendar_method(part: Message) -> str:
    return str(part.get_param("method", "")).upper()


def _leaf(part: Message, leaves: _Leaves, *, in_alternative: bool) -> None:
    kind = part.get_content_type()
    name = headers.filename(part)
    disposition = (part.get_content_disposition() or "").lower()
    content = _payload(part)
    if kind in _SIGNATURE_TYPES or (kind == "message/delivery-status"):
        return
    is_text = kind in {"text/plain", "text/html"} and disposition != "attachment"
    if is_text and (not name or in_alternative):
        text = body.decode_part(content, part)
        (leaves.html if kind == "text/html" else leaves.plain).append(text)
        return
    if not content and not name:
        return
    content_id = "".join(headers.values(part, "Content-ID")[:1]).strip("<> ")
    leaves.attachments.append(
        EmailAttachment(
            filename=name,
            declared_type=kind,
            content=content,
            inline=disposition == "inline" or bool(content_id and disposition != "attachment"),
            content_id=content_id,
        )
    )


def _payload(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - broken base64 and unknown encodings
        content = None
    if isinstance(content, bytes):
        return content
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
