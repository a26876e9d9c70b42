"""What Meta delivers in one request, taken apart: messages, status reports, and all the rest.

One request may hold several entries, changes, messages and statuses, about several numbers.
Everything in it becomes a row or a report; what has another shape than it should becomes a row
that waits for a person. Nothing here raises.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.messaging.cloud import facts as cloud_facts
from backoffice.messaging.cloud import notices as cloud_notices
from backoffice.messaging.cloud import parsing as js
from backoffice.messaging.cloud import texts as cloud_texts
from backoffice.messaging.models import Channel
from backoffice.messaging.receiving import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from backoffice.messaging.cloud.parsing import Mapping, Value

# The traders' number; a person moves what is for another desk.
DESK = "listings"
OBJECT = "whatsapp_business_account"
# There was no WhatsApp before; and clocks may run ahead a little.
_FIRST = dt.datetime(2009, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(days=1)
_MILLISECONDS_FROM = 10**11
_LONGEST_TIME = 17


_NAMED = frozenset({"messaging_product", "metadata", "contacts", "messages", "statuses", "errors"})


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message of ours: one element of ``statuses``, as it came."""

    status: Mapping
    told_at: dt.datetime


@dataclass(slots=True)
class Delivery:
    """What one request held; ``is_broken`` where a part of it cannot be written down alone."""

    messages: list[Incoming] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    is_broken: bool = False

    def keep(self, make: Callable[[], Incoming]) -> None:
        try:
            self.messages.append(make())
        except js.Unreadable:
            self.is_broken = True


@dataclass(frozen=True, slots=True)
class _Change:
    """One change, and the entry around it."""

    entry: Mapping
    field: str
    value: Mapping
    now: dt.datetime

    @property
    def number_id(self) -> str:
        return js.text(js.part(self.value, "metadata").get("phone_number_id"))

    @property
    def rest(self) -> Mapping:
        """What stands beside the messages and is none of what Meta has named so far."""
        return {name: part for name, part in self.value.items() if name not in _NAMED and part}


def open_delivery(body: bytes, now: dt.datetime) -> Delivery:
    """Take a signed body apart; ``now`` is when it came."""
    delivery = Delivery()
    try:
        envelope = js.read(body)
    except js.Unreadable:
        return Delivery([_unreadable(body, now)])
    if not isinstance(envelope, dict) or not isinstance(envelope.get("entry"), list):
        return Delivery([_unreadable(body, now)])
    for change in _changes(envelope["entry"], delivery, now):
        _take(change, delivery)
    if delivery.is_broken:
        # Nested too deep: the whole is kept beside the rest.
        delivery.messages.append(_unreadable(body, now))
    return delivery


def _changes(entries: Value, delivery: Delivery, now: dt.datetime) -> Iterator[_Change]:
    """Each change of the entries; what is none is kept as it is."""
    for entry in _objects(entries, delivery, now):
        if not entry.get("changes") and entry.keys() - {"id", "time", "changes"}:
            delivery.keep(partial(_odd, entry, now))
        for change in _objects(entry.get("changes"), delivery, now):
            value = change.get("value")
            if value and not isinstance(value, dict):
                delivery.keep(partial(_odd, change, now))
                continue
            yield _Change(entry, js.text(change.get("field")), js.mapping(value), now)


def _objects(value: Value, delivery: Delivery, now: dt.datetime) -> Iterator[Mapping]:
    """The objects of a list; anything else that says something is kept."""
    if value and not isinstance(value, list):
        delivery.keep(partial(_odd, value, now))
        return
    for row in value if isinstance(value, list) else ():
        if isinstance(row, dict):
            yield row
        elif row:
            delivery.keep(partial(_odd, row, now))


def _take(change: _Change, delivery: Delivery) -> None:
    value = change.value
    if change.field not in {"messages", ""}:
        delivery.keep(partial(_notice, change))
        return
    before = len(delivery.messages)
    contacts = js.rows(value.get("contacts"))
    for message in _objects(value.get("messages"), delivery, change.now):
        delivery.keep(partial(_message, change, message, contacts))
    statuses = [*_objects(value.get("statuses"), delivery, change.now)]
    if is_ours(change.number_id):
        # What became of messages of another number is its own business.
        delivery.reports += [
            Report(status, moment(status.get("timestamp"), change.now)) for status in statuses
        ]
    is_empty = not statuses and len(delivery.messages) == before
    if is_empty and (change.rest or value.get("errors")):
        delivery.keep(partial(_notice, change))


def _message(change: _Change, message: Mapping, contacts: list[Mapping]) -> Incoming:
    contact = _contact_of(message, contacts)
    phone, user_id = cloud_facts.sender(message, contact)
    profile = js.part(contact, "profile")
    key = user_id or phone
    group = js.text(message.get("group_id"))
    errors = message.get("errors") or change.value.get("errors")
    envelope: Mapping = {
        "metadata": change.value.get("metadata"),
        "contact": contact or None,
        "message": message,
    }
    more: Mapping = {"errors": errors, "rest": change.rest}
    raw = js.write(envelope | {name: part for name, part in more.items() if part})
    reason, is_not_for_us = _why_left(change, message, key, errors)
    return Incoming(
        desk=DESK,
        channel=Channel.WHATSAPP_CLOUD,
        external_id=_external_id(change, message),
        raw=raw,
        sent_at=moment(message.get("timestamp"), change.now),
        account=change.number_id,
        thread=group or key,
        in_reply_to=cloud_facts.message_key(js.part(message, "context").get("id")),
        sender_name=js.text(profile.get("name")) or js.text(profile.get("username")),
        sender_phone=phone,
        sender_user_id=user_id,
        body=cloud_texts.body_of(message),
        is_automatic=js.text(message.get("type")) == "system",
        reason=reason,
        is_not_for_us=is_not_for_us,
        files=cloud_texts.files_of(message),
    )


def _contact_of(message: Mapping, contacts: list[Mapping]) -> Mapping:
    """The contact of this very sender: their order says nothing, and a stranger is nobody."""
    for name, key in (("user_id", "from_user_id"), ("wa_id", "from")):
        wanted = js.text(message.get(key))
        for contact in contacts:
            if wanted and js.text(contact.get(name)) == wanted:
                return contact
    return {}


def _external_id(change: _Change, message: Mapping) -> str:
    if not js.bare(message.get("id")):
        return _digest(js.write([change.number_id, message]))
    if is_ours(change.number_id):
        return cloud_facts.message_key(message["id"])
    # Ids are unique for a number: another's must not stand in the way of ours.
    return cloud_facts.message_key(f"{change.number_id}/{js.bare(message['id'])}")


def is_ours(number_id: str) -> bool:
    """Whether messages of that number are for us; of every number while none is set."""
    own: str = settings.WHATSAPP_PHONE_NUMBER_ID
    return not own or not number_id or number_id == own


def _why_left(change: _Change, message: Mapping, key: str, errors: Value) -> tuple[str, bool]:
    """Why the message is not for the desk, in words, and whether it is another's altogether."""
    if not is_ours(change.number_id):
        told = _("It was sent to another WhatsApp number (id %(number)s) than ours.")
        return told % {"number": change.number_id[:40]}, True
    kind = js.text(message.get("type"))
    if not js.bare(message.get("id")) or not (key or kind == "system"):
        told = _(
            "WhatsApp sent something that is not a message (no message id or no sender). "
            "The original is kept."
        )
        return told, False
    says = cloud_texts.body_of(message) or cloud_texts.files_of(message)
    now = js.text(cloud_texts.said(message).get("type"))
    # A text without a letter is one; a reaction without a sign was taken back.
    words = js.part(cloud_texts.said(message), "text").get("body")
    is_empty_text = now == "text" and isinstance(words, str)
    if says or is_empty_text or now in cloud_texts.SILENT:
        return "", False
    return _why_unreadable(message, now or kind, errors), False


def _why_unreadable(message: Mapping, kind: str, errors: Value) -> str:
    inner = js.text(js.part(message, "unsupported").get("type"))
    told = _(
        "A message of the kind “%(kind)s” cannot be read here. "
        "Open the conversation on the phone to see it."
    ) % {"kind": (inner or kind or "?")[:40]}
    return " ".join(filter(None, (told, cloud_notices.error_words(errors))))


def _notice(change: _Change) -> Incoming:
    """What Meta tells of our account rather than of a message."""
    whole: Mapping = {
        "entry": change.entry.get("id"),
        "time": change.entry.get("time"),
        "change": {"field": change.field, "value": change.value},
    }
    raw = js.write(whole)
    told = cloud_notices.read(change.field, change.value)
    return _kept(
        raw, moment(change.entry.get("time"), change.now), told.words, told.needs_nobody,
        subject=told.subject, account=change.number_id,
    )  # fmt: skip


def _odd(value: Value, now: dt.datetime) -> Incoming:
    told = _("WhatsApp sent something in a shape that we do not know. The original is kept.")
    return _kept(js.write(value), now, told)


def _unreadable(body: bytes, now: dt.datetime) -> Incoming:
    told = _("WhatsApp sent something that cannot be read. The original is kept.")
    return _kept(body, now, told)


def _kept(  # noqa: PLR0913 - the fields of a row
    raw: bytes,
    sent_at: dt.datetime,
    reason: str,
    is_not_for_us: bool = False,  # noqa: FBT001, FBT002 - a fact
    *,
    subject: str = "",
    account: str = "",
) -> Incoming:
    return Incoming(
        desk=DESK,
        channel=Channel.WHATSAPP_CLOUD,
        external_id=_digest(raw),
        raw=raw,
        sent_at=sent_at,
        account=account,
        subject=subject,
        is_automatic=True,
        reason=reason,
        is_not_for_us=is_not_for_us,
    )


def _digest(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def moment(timestamp: Value, now: dt.datetime) -> dt.datetime:
    """Seconds (or milliseconds) since 1970 as a time; ``now`` where that is absent or absurd."""
    told = str(timestamp) if isinstance(timestamp, float) else js.text(timestamp)
    digits = told.partition(".")[0]
    if not digits.isascii() or not digits.isdecimal() or len(digits) > _LONGEST_TIME:
        return now
    seconds = int(digits)
    if seconds >= _MILLISECONDS_FROM:
        seconds //= 1000
    try:
        found = dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (OverflowError, ValueError, OSError):
        return now
    return found if _FIRST < found <= now + _AHEAD else now
