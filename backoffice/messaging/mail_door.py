"""An e-mail's headers, turned into the facts we store with it; its body is read by the worker."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, replace
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.messaging.documents.headers import date, message_ids, value, values
from backoffice.messaging.documents.sender import correspondents
from backoffice.messaging.models import Channel
from backoffice.messaging.receiving import Incoming, IncomingFile, receive

if TYPE_CHECKING:
    from email.message import Message

    from backoffice.messaging.models import InboundMessage

MAX_KEY = 300
# Folding may have put a space inside the id.
FOLDED_ID = re.compile(r"<[^<>]+>")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as a mailbox or a file gave it.

    ``arrived_at`` is the mailbox's own time of arrival, None where nobody knows
    it. ``full_size`` in bytes is given when ``raw`` is only the beginning of a
    mail that was too large to fetch.
    """

    raw: bytes
    desk: str
    account: str = ""
    run_id: int | None = None
    arrived_at: dt.datetime | None = None
    full_size: int | None = None


def receive_mail(mail: Mail) -> tuple[InboundMessage, bool]:
    """Store the mail under its Message-ID, or under its content's digest where it has none.

    Some programs give every mail the same Message-ID. No relay ever changes a
    Date, so a known id with another Date is another mail and is kept beside it.
    """
    headers = _headers(mail.raw)
    arrived_at = mail.arrived_at or _relayed_at(headers) or timezone.now()
    written_at = _written_at(headers, arrived_at)
    incoming = _incoming(mail, headers, written_at or arrived_at)
    message, created = receive(incoming)
    if not created and written_at and _is_dated_otherwise(message, written_at, headers):
        other_key = f"{incoming.external_id[: MAX_KEY - 17]}#{content_digest(mail.raw)[:16]}"
        return receive(replace(incoming, external_id=other_key))
    return message, created


def _is_dated_otherwise(message: InboundMessage, written_at: dt.datetime, headers: Message) -> bool:
    # The stored time is that of arrival where one look found the date sensible and one did not.
    return message.sent_at != written_at and (
        value(headers, "Date") != value(_headers(bytes(message.raw)), "Date")
    )


def content_digest(raw: bytes) -> str:
    """A digest of what the author wrote: relays add headers but leave these and the body alone."""
    headers = _headers(raw)
    whole = raw.replace(b"\r\n", b"\n")
    _head, separator, body = whole.partition(b"\n\n")
    names = ("From", "To", "Date", "Subject")
    facts = "\n".join(str(headers.get(name, "")) for name in names).encode("utf-8", "replace")
    return hashlib.sha256(facts + b"\n\n" + (body if separator else whole)).hexdigest()


def _incoming(mail: Mail, headers: Message, sent_at: dt.datetime) -> Incoming:
    sender, answers = correspondents(headers)
    references = message_ids(headers, "References")
    answered = message_ids(headers, "In-Reply-To")
    key = _key(mail.raw, headers)
    reason = _too_large(mail.full_size) if mail.full_size else ""
    return Incoming(
        desk=mail.desk,
        channel=Channel.EMAIL,
        external_id=key,
        raw=mail.raw,
        sent_at=sent_at,
        account=mail.account,
        run_id=mail.run_id,
        # The first message of the conversation names it.
        thread=[*references, *answered, key][0],
        in_reply_to=[*answered, *references[-1:], ""][0],
        sender_name=sender.name,
        sender_email=sender.email,
        reply_to=answers.email if answers else "",
        subject=value(headers, "Subject"),
        reason=reason,
        files=(IncomingFile(problem=reason),) if reason else (),
    )


def _headers(raw: bytes) -> Message:
    # The older policy: the newer one raises on headers that it cannot make sense of.
    return BytesHeaderParser(policy=compat32).parsebytes(raw)


def _key(raw: bytes, headers: Message) -> str:
    named = " ".join(values(headers, "Message-ID"))
    ids = FOLDED_ID.findall(named)
    key = "".join((ids[0] if ids else named).split())
    if not key:
        return f"sha256:{content_digest(raw)}"
    if len(key) <= MAX_KEY:
        return key
    # It may hold bytes that are no letters.
    return f"sha256:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _written_at(headers: Message, arrived_at: dt.datetime) -> dt.datetime | None:
    """The Date header, or None where it is missing or nonsense.

    Judged by the time of arrival, which stays: what lies in the future today does not next week.
    """
    written_at = date(value(headers, "Date"), now=arrived_at)
    try:
        return written_at.astimezone(dt.UTC) if written_at else None
    except OverflowError:  # at the very end of the calendar
        return None


def _relayed_at(headers: Message) -> dt.datetime | None:
    """When the last server took the mail, by its own word."""
    stamps = values(headers, "Received")
    return date(stamps[0].rpartition(";")[2]) if stamps else None


def _too_large(size: int) -> str:
    return _(
        "The message weighs %(size)s; we accept %(limit)s. Only its beginning was fetched: "
        "open it in the mailbox."
    ) % {"size": filesizeformat(size), "limit": filesizeformat(settings.MAX_DOCUMENT_BYTES)}
