"""What WhatsApp's Cloud API says of a stored message beyond its text; nobody else knows its names.

Read anew from the raw bytes whenever it is asked for: what Meta adds tomorrow is there for
messages of today.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backoffice.messaging.cleaning import storable
from backoffice.messaging.cloud import parsing as js

if TYPE_CHECKING:
    from backoffice.messaging.cloud.parsing import Mapping, Value
    from backoffice.messaging.models import InboundMessage

# As long as the column; a longer id is named by its digest.
_LONGEST_ID = 300
_LONGEST_USER_ID = 160
_DIGITS = re.compile(r"\+?([1-9]\d{5,14})")
_WAID: Final = re.compile(r"waid=(\d{6,15})", re.IGNORECASE)
USER_ID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
# The user answered our request for his own number: no other contact is a statement about him.
_OWN_CONTACT = "contact_request"


@dataclass(frozen=True, slots=True)
class Change:
    """A person's addresses before and after, as WhatsApp states them; empty where it does not."""

    old_phone: str = ""
    new_phone: str = ""
    old_user_id: str = ""
    new_user_id: str = ""

    @property
    def says_something(self) -> bool:
        return bool(self.new_phone or self.new_user_id)


@dataclass(frozen=True, slots=True)
class CloudFacts:
    """``type`` is Meta's word ("text", "edit", "revoke", "system", "reaction", "contacts" ...),
    empty where the row is no message. Ids of other messages (``edited_id``, ``revoked_id``,
    ``reaction_to``) are their ``external_id`` here. ``phones`` (E.164) and ``user_ids`` are those
    that the sender has stated to be his own; ``phone`` and ``user_id`` those he wrote by.
    """  # noqa: D205 - one thought

    type: str = ""
    phone: str = ""
    user_id: str = ""
    parent_user_id: str = ""
    group_id: str = ""
    reply_to: str = ""
    is_forwarded: bool = False
    edited_id: str = ""
    revoked_id: str = ""
    reaction_to: str = ""
    # Empty: the reaction was taken back.
    emoji: str = ""
    phones: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    change: Change | None = None
    username: str = ""
    profile_name: str = ""


def of(message: InboundMessage) -> CloudFacts:
    """The facts of a stored message of this channel; bare ones where its raw bytes are gone."""
    try:
        return read(js.mapping(js.read(bytes(message.raw))))
    except js.Unreadable:
        return CloudFacts()


def read(envelope: Mapping) -> CloudFacts:
    """The facts of one message with its metadata and contact, as the row's raw bytes hold them."""
    message, contact = js.part(envelope, "message"), js.part(envelope, "contact")
    kind = js.text(message.get("type"))
    context = js.part(message, "context")
    phone, user = sender(message, contact)
    phones, user_ids = _own_addresses(message)
    return CloudFacts(
        type=kind,
        phone=phone,
        user_id=user,
        parent_user_id=user_id(message.get("from_parent_user_id") or contact.get("parent_user_id")),
        group_id=js.text(message.get("group_id")),
        reply_to=message_key(context.get("id")),
        is_forwarded=any(context.get(how) is True for how in ("forwarded", "frequently_forwarded")),
        edited_id=_named(message, "edit", "original_message_id"),
        revoked_id=_named(message, "revoke", "original_message_id"),
        reaction_to=_named(message, "reaction", "message_id"),
        emoji=js.text(js.part(message, "reaction").get("emoji")),
        phones=phones,
        user_ids=user_ids,
        change=_change(message),
        username=js.text(js.part(contact, "profile").get("username"))[:120],
        profile_name=js.text(js.part(contact, "profile").get("name"))[:200],
    )


def message_key(wamid: Value) -> str:
    """The ``external_id`` of a message of our own number; a digest where the id fits no column."""
    bare = js.bare(wamid)
    if len(bare) <= _LONGEST_ID and storable(bare) == bare:
        return bare
    digest = hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()
    return f"sha256:{digest}"


def phone(value: Value) -> str:
    """WhatsApp's digits as E.164; empty where they are no number."""
    match = _DIGITS.fullmatch(js.text(value))
    return f"+{match[1]}" if match else ""


def user_id(value: Value) -> str:
    """A business-scoped user id, whatever its shape; empty where it cannot be kept whole."""
    name = js.text(value)
    return name if len(name) <= _LONGEST_USER_ID else ""


def sender(message: Mapping, contact: Mapping) -> tuple[str, str]:
    """Phone (E.164) and user id of who wrote; the contact was joined by one and adds the other."""
    number, name = phone(message.get("from")), user_id(message.get("from_user_id"))
    if not name and USER_ID.fullmatch(js.text(message.get("from"))):
        name = js.text(message.get("from"))
    number = number or phone(contact.get("wa_id"))
    name = name or user_id(contact.get("user_id"))
    if js.text(message.get("type")) == "system" and not name:
        # Such a message is about a person rather than from one.
        name = user_id(js.part(message, "system").get("previous_user_id"))
    return number, name


def _named(message: Mapping, kind: str, field: str) -> str:
    return message_key(js.part(message, kind).get(field))


def _change(message: Mapping) -> Change | None:
    if js.text(message.get("type")) != "system":
        return None
    system = js.part(message, "system")
    found = Change(
        old_phone=phone(message.get("from")) or phone(system.get("customer")),
        # Its name before 2021.
        new_phone=phone(system.get("wa_id")) or phone(system.get("new_wa_id")),
        old_user_id=user_id(system.get("previous_user_id")) or user_id(message.get("from_user_id")),
        new_user_id=user_id(system.get("user_id")),
    )
    if not js.text(system.get("type")).startswith("user_changed") or not found.says_something:
        return None
    return found


def _own_addresses(message: Mapping) -> tuple[tuple[str, ...], tuple[str, ...]]:
    phones: dict[str, None] = {}
    user_ids: dict[str, None] = {}
    for card in js.rows(message.get("contacts")):
        if js.text(card.get("origin")) != _OWN_CONTACT:
            continue
        entries = js.rows(card.get("phones"))
        vcard = [f"+{digits}" for digits in _WAID.findall(js.text(card.get("vcard")))]
        written = [phone(row.get("wa_id")) or _dialled(row.get("phone")) for row in entries]
        phones |= dict.fromkeys([*written, *vcard])
        user_ids |= dict.fromkeys(user_id(row.get("user_id")) for row in (card, *entries))
    return tuple(filter(None, phones)), tuple(filter(None, user_ids))


def _dialled(value: Value) -> str:
    return phone(re.sub(r"[ .()-]", "", js.text(value)))
