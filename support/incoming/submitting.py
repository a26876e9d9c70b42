"""Messages that come by no mailbox: REST, a command, a spreadsheet, Notion."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import phones
from backoffice.core.errors import DomainError
from backoffice.messaging.cleaning import storable
from backoffice.messaging.documents.sender import is_ours
from backoffice.messaging.models import Channel
from backoffice.messaging.receiving import Incoming, receive

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.messaging.models import InboundMessage

DESK = "support"
# Characters; nobody types more, and who pastes a log may send it as a file.
MOST_TEXT = 20_000
_LIMITS = {"name": 200, "subject": 500, "order_number": 40, "external_id": 200}
_SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,30}")
# What the shop's own programs bring in for customers; the rest comes from our own people.
_OUTSIDE = "api"
# Whose messages may turn out to be orders. Not those of a spreadsheet, which may be of last year
# and were promised as tickets; nor those of programs and of Notion, which wait for the ticket.
_MAY_ORDER = frozenset({"api", "command", "rehearsal"})


def submit(  # noqa: PLR0913 - what a form of a shop says
    *,
    text: str,
    email: str = "",
    name: str = "",
    phone: str = "",
    subject: str = "",
    order_number: str = "",
    external_id: str = "",
    sent_at: dt.datetime | None = None,
    source: str,
) -> tuple[InboundMessage, bool]:
    """Take in a message that came by no mailbox: REST, a command, a spreadsheet, Notion.

    ``source`` ("api", "command", "import", "notion") and ``external_id`` name it for ever: a
    second time returns the first message and False. ``order_number`` is what the form's own
    field says, ``sent_at`` when it was written (now, where nobody knows). The worker makes the
    ticket; ``intake.ticket_of`` then finds it.
    Raises ``DomainError`` naming the field that is wrong.
    """
    if not _SOURCE.fullmatch(source):
        raise _wrong("source", source, _("“%(value)s” is not the name of a source, such as api."))
    given = checked(
        text=text,
        email=email,
        name=name,
        phone=phone,
        subject=subject,
        order_number=order_number,
        external_id=external_id,
    )
    key = given["external_id"] or str(uuid.uuid4())
    return receive(
        Incoming(
            desk=DESK,
            channel=Channel.API,
            external_id=f"{source}:{key}",
            raw=json.dumps({"source": source, **given}, ensure_ascii=False).encode(),
            sent_at=sent_at or timezone.now(),
            account=source,
            sender_name=given["name"],
            sender_email=given["email"],
            sender_phone=given["phone"],
            subject=given["subject"],
            body=given["text"],
        )
    )


def checked(  # noqa: PLR0913 - as submit
    *,
    text: str,
    email: str = "",
    name: str = "",
    phone: str = "",
    subject: str = "",
    order_number: str = "",
    external_id: str = "",
) -> dict[str, str]:
    """What :func:`submit` would keep of these fields; raises as it does and writes nothing."""
    given = {
        "name": " ".join(storable(name).split()),
        "subject": " ".join(storable(subject).split()),
        "order_number": " ".join(storable(order_number).split()),
        "external_id": storable(external_id).strip(),
    }
    for field, limit in _LIMITS.items():
        if len(given[field]) > limit:
            sentence = _("This is longer than %(limit)d characters: shorten it.")
            raise DomainError(
                sentence % {"limit": limit}, code="too_long", field=field, value=given[field][:80]
            )
    given |= {"text": _text(text), "email": _email(email), "phone": _phone(phone)}
    if not (given["email"] or given["phone"]):
        sentence = _("Give an e-mail address or a telephone number: nobody could be answered.")
        raise DomainError(sentence, code="required", field="email")
    return given


def stated_order_number(message: InboundMessage) -> str:
    """The order number of the form's own field; empty where the message came otherwise."""
    return str(_fields(message).get("order_number", ""))[:40]


def is_from_outside(message: InboundMessage) -> bool:
    """Whether somebody outside could send any number of these."""
    return message.channel != Channel.API or message.account == _OUTSIDE


def may_order(message: InboundMessage) -> bool:
    """Whether it may go to the order desk: written just now, and about no order it names itself."""
    if message.channel != Channel.API:
        return message.channel == Channel.EMAIL
    return message.account in _MAY_ORDER and not stated_order_number(message)


def _fields(message: InboundMessage) -> dict[str, Any]:
    if message.channel != Channel.API:
        return {}
    try:
        found = json.loads(bytes(message.raw))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(text: str) -> str:
    text = storable(text).replace("\r\n", "\n").strip()
    if not text:
        raise DomainError(_("Write the text of the message."), code="empty", field="text")
    if len(text) > MOST_TEXT:
        sentence = _("A message has at most %(most)d characters; this one has %(length)d.")
        sizes = {"most": MOST_TEXT, "length": len(text)}
        raise DomainError(sentence % sizes, code="too_long", field="text", value=text[:80])
    return text


def _email(email: str) -> str:
    email = storable(email).strip().lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        sentence = _("“%(value)s” is not an e-mail address: write name@example.com.")
        raise _wrong("email", email, sentence) from error
    if len(email) > 254:  # noqa: PLR2004 - RFC 5321
        raise _wrong("email", email[:80], _("“%(value)s…” is too long for an e-mail address."))
    if is_ours(email):
        sentence = _("“%(value)s” is an address of ours: give the customer's.")
        raise _wrong("email", email, sentence)
    return email


def _phone(phone: str) -> str:
    phone = storable(phone).strip()
    if not phone:
        return ""
    found = phones.normalise(phone.removeprefix("whatsapp:"))
    if not found:
        sentence = _("“%(value)s” is not a telephone number: write +212612345678.")
        raise _wrong("phone", phone[:40], sentence)
    return found


def _wrong(field: str, value: str, sentence: str) -> DomainError:
    return DomainError(sentence % {"value": value}, code="invalid", field=field, value=value)
