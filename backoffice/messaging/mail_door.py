"""An e-mail's headers, turned into the facts we store with it; its body is read by the worker."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
from dataclasses import dataclass, replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.messaging.documents.text import decode
from backoffice.messaging.models import Channel
from backoffice.messaging.receiving import Incoming, IncomingFile, receive

if TYPE_CHECKING:
    from email.message import Message

    from backoffice.messaging.models import InboundMessage

logger = logging.getLogger(__name__)

# No mail is older than this; what claims to be has a sender without a clock.
FIRST_YEAR = 1990
# A date this far after the arrival is a fault too, not a slow or fast clock.
LATEST = dt.timedelta(days=366)
MAX_KEY = 300
ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
MESSAGE_ID = re.compile(r"<[^<>]+>")


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
    arrived_at: dt.datetime | None = None
    full_size: int | None = None


def receive_mail(mail: Mail) -> tuple[InboundMessage, bool]:
    """Store the mail under its Message-ID, or under its content's digest where it has none.

    Some programs give every mail the same Message-ID. No relay ever changes a
    Date, so a known id with another Date is another mail and is kept beside it.
    """
    headers = _headers(mail.raw)
    arrived_at = mail.arrived_at or timezone.now()
    written_at = _written_at(headers, arrived_at)
    incoming = _incoming(mail, headers, written_at or arrived_at)
    message, created = receive(incoming)
    if not created and written_at and message.sent_at != written_at:
        other_key = f"{incoming.external_id[: MAX_KEY - 17]}#{content_digest(mail.raw)[:16]}"
        return receive(replace(incoming, external_id=other_key))
    return message, created


def content_digest(raw: bytes) -> str:
    """A digest of what the author wrote: relays add headers but leave these and the body alone."""
    headers = _headers(raw)
    whole = raw.replace(b"\r\n", b"\n")
    _head, separator, body = whole.partition(b"\n\n")
    names = ("From", "To", "Date", "Subject")
    facts = "\n".join(str(headers.get(name, "")) for name in names).encode("utf-8", "replace")
    return hashlib.sha256(facts + b"\n\n" + (body if separator else whole)).hexdigest()


def _incoming(mail: Mail, headers: Message, sent_at: dt.datetime) -> Incoming:
    name, address = parseaddr(_text(headers, "From"))
    references = MESSAGE_ID.findall(_text(headers, "References"))
    answered = MESSAGE_ID.findall(_text(headers, "In-Reply-To"))
    key = _key(mail.raw, headers)
    reason = _too_large(mail.full_size) if mail.full_size else ""
    return Incoming(
        desk=mail.desk,
        channel=Channel.EMAIL,
        external_id=key,
        raw=mail.raw,
        sent_at=sent_at,
        account=mail.account,
        # The first message of the conversation names it.
        thread=[*references, *answered, key][0],
        in_reply_to=[*answered, *references[-1:], ""][0],
        sender_name=name,
        sender_email=address.strip().lower(),
        subject=_text(headers, "Subject"),
        reason=reason,
        files=(IncomingFile(problem=reason),) if reason else (),
    )


def _headers(raw: bytes) -> Message:
    # The older policy: the newer one raises on headers that it cannot make sense of.
    return BytesHeaderParser(policy=compat32).parsebytes(raw)


def _text(headers: Message, name: str) -> str:
    """A header as people read it: unfolded, its encoded words decoded."""
    values = (value for key, value in headers.raw_items() if key.lower() == name.lower())
    # Bytes that no header may hold arrive as halves of surrogate pairs.
    value = decode(next(values, "").encode("utf-8", "surrogateescape"))
    try:
        value = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        value = ENCODED_WORD.sub(_decoded_word, value)
    return " ".join(value.split())


def _decoded_word(match: re.Match[str]) -> str:
    """One encoded word that lies about itself, as far as it can be read."""
    try:
        ((content, charset),) = decode_header(match.group())
    except (HeaderParseError, ValueError):
        return match.group()
    return decode(content, charset or "") if isinstance(content, bytes) else content


def _key(raw: bytes, headers: Message) -> str:
    named = _text(headers, "Message-ID")
    ids = MESSAGE_ID.findall(named)
    key = "".join((ids[0] if ids else named).split())
    if not key:
        return f"sha256:{content_digest(raw)}"
    return key if len(key) <= MAX_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def _written_at(headers: Message, arrived_at: dt.datetime) -> dt.datetime | None:
    """The Date header, or None where it is missing or nonsense."""
    try:
        date = parsedate_to_datetime(_text(headers, "Date"))
        # "-0000" means a time in UTC from an unknown place.
        date = date if date.tzinfo else date.replace(tzinfo=dt.UTC)
        # Turned to UTC here, where a date at the very end of the calendar fails.
        date = date.astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    is_possible = date.year >= FIRST_YEAR and date <= arrived_at + LATEST
    return date if is_possible else None


def _too_large(size: int) -> str:
    return _(
        "The message weighs %(size)s; we accept %(limit)s. Only its beginning was fetched: "
        "open it in the mailbox."
    ) % {"size": filesizeformat(size), "limit": filesizeformat(settings.MAX_DOCUMENT_BYTES)}
