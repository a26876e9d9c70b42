"""What a Cloud API message says in words, by its type, and the file that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.integrations import whatsapp_cloud_media
from backoffice.messaging.cleaning import file_name
from backoffice.messaging.cloud import parsing as js
from backoffice.messaging.receiving import IncomingFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.messaging.cloud.parsing import Mapping

FILES = ("image", "video", "audio", "document", "sticker")
# They say something without a word.
SILENT = frozenset({"reaction", "revoke"})


def body_of(message: Mapping) -> str:
    """Everything the message says in words; empty where it says nothing."""
    message = said(message)
    kind = js.text(message.get("type"))
    if kind in FILES:
        return js.text(js.part(message, kind).get("caption"))
    write = WRITERS.get(kind)
    return write(message).strip() if write else ""


def said(message: Mapping) -> Mapping:
    """The message itself, or what it now says where it is an edit of an earlier one."""
    if js.text(message.get("type")) != "edit":
        return message
    return js.part(message, "edit", "message")


def files_of(message: Mapping) -> tuple[IncomingFile, ...]:
    """The message's file, still to be fetched."""
    message = said(message)
    kind = js.text(message.get("type"))
    if kind not in FILES or not isinstance(message.get(kind), dict):
        return ()
    file = js.part(message, kind)
    media_id, mime = js.text(file.get("id")), js.text(file.get("mime_type"))
    name = file_name(js.bare(file.get("filename")))
    if not whatsapp_cloud_media.MEDIA_ID.fullmatch(media_id):
        problem = _("WhatsApp names no file. Ask the sender to send it again.")
        return (IncomingFile(filename=name, declared_type=mime, problem=problem),)
    source = whatsapp_cloud_media.link(media_id, js.text(file.get("sha256")))
    return (IncomingFile(source_url=source, filename=name, declared_type=mime),)


def _text(message: Mapping) -> str:
    return js.text(js.part(message, "text").get("body"))


def _button(message: Mapping) -> str:
    return js.text(js.part(message, "button").get("text"))


def _interactive(message: Mapping) -> str:
    interactive = js.part(message, "interactive")
    kind = js.text(interactive.get("type"))
    answer = js.part(interactive, kind)
    names = ("title", "description", "body", "response_json", "response")
    return "\n".join(filter(None, (js.text(answer.get(name)) for name in names)))


def _reaction(message: Mapping) -> str:
    return js.text(js.part(message, "reaction").get("emoji"))


def _system(message: Mapping) -> str:
    return js.text(js.part(message, "system").get("body"))


def _location(message: Mapping) -> str:
    """A shared place as words: name, address, coordinates."""
    place = js.part(message, "location")
    latitude, longitude = (_coordinate(place.get(name)) for name in ("latitude", "longitude"))
    position = f"({latitude}, {longitude})" if latitude and longitude else ""
    words = [js.text(place.get(name)) for name in ("name", "address", "url")]
    return "\n".join(filter(None, [*words, position]))


def _coordinate(value: js.Value) -> str:
    return str(value) if isinstance(value, float) else js.text(value)


def _contacts(message: Mapping) -> str:
    """Cards as words: name, company, numbers and addresses of each."""
    cards = []
    for card in js.rows(message.get("contacts")):
        lines = [
            js.text(js.part(card, "name").get("formatted_name")),
            js.text(js.part(card, "org").get("company")),
            *(js.text(row.get("phone")) for row in js.rows(card.get("phones"))),
            *(js.text(row.get("email")) for row in js.rows(card.get("emails"))),
        ]
        cards.append("\n".join(dict.fromkeys(filter(None, lines))))
    return "\n\n".join(filter(None, cards))


def _order(message: Mapping) -> str:
    """What was chosen from our catalogue: the person's words, and one line per article."""
    order = js.part(message, "order")
    lines = [js.text(order.get("text"))]
    for item in js.rows(order.get("product_items")):
        name, quantity = js.text(item.get("product_retailer_id")), js.text(item.get("quantity"))
        price = _coordinate(item.get("item_price"))
        total = f"({price} {js.text(item.get('currency'))})" if price else ""
        lines.append(" ".join(filter(None, (f"{quantity} x" if quantity else "", name, total))))
    return "\n".join(filter(None, lines))


WRITERS: dict[str, Callable[[Mapping], str]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "reaction": _reaction,
    "system": _system,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
}
