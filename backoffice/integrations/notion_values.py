"""Notion's ids, schemas and property values as plain Python, and back."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from backoffice.integrations.errors import NotConfigured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# As Notion counts them: a sign outside the first 65,536 (most emoji) is two.
MAX_PIECE = 2000
MAX_PIECES = 100
MAX_EMAIL = 200
MAX_OPTION = 100
TEXTS = ("title", "rich_text")
CHOICES = ("select", "status")
_ID = re.compile(r"[0-9a-f]{32}$")

Value = str | float | None


def id_of(text: str) -> str:
    """The id in an address of the browser, or written with or without dashes.

    Raises ``NotConfigured`` where there is none.
    """
    last = re.split(r"[?#]", text.strip())[0].rstrip("/").rpartition("/")[2]
    found = _ID.search(last.replace("-", "").lower())
    if not found:
        raise NotConfigured(
            _(
                "“%(text)s” is no Notion id: copy the address of the database from the browser"
                " (the id stands between the last / and the ?)."
            )
            % {"text": text[:120]}
        )
    digits = found[0]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def same_name(first: str, second: str) -> bool:
    """Whether two names are one: é may be one sign or two, case does not count."""
    return _plain(first) == _plain(second)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


@dataclass(frozen=True, slots=True)
class Property:
    id: str
    name: str
    type: str
    options: tuple[str, ...] = ()

    def option(self, name: str) -> str:
        """The option as it is spelled there; ``name`` itself where there is none yet."""
        clean = name.replace(",", " ").strip()[:MAX_OPTION]
        return next((one for one in self.options if same_name(one, clean)), clean)


@dataclass(frozen=True, slots=True)
class Source:
    """A data source: the rows of a database, with their properties."""

    id: str
    title: str
    url: str
    properties: tuple[Property, ...]
    parent_id: str = ""

    def find(self, name: str, property_id: str = "") -> Property | None:
        """The property that had this id, whatever it is called now, or else of this name."""
        wanted = unquote(property_id)
        by_id = (one for one in self.properties if wanted and unquote(one.id) == wanted)
        by_name = (one for one in self.properties if same_name(one.name, name))
        return next(by_id, None) or next(by_name, None)

    def title_property(self) -> Property | None:
        return next((one for one in self.properties if one.type == "title"), None)


@dataclass(frozen=True, slots=True)
class Page:
    """A row. ``edited_at`` is the beginning of the minute; values by property id, unquoted."""

    id: str
    url: str
    created_at: dt.datetime
    edited_at: dt.datetime
    is_removed: bool
    values: Mapping[str, Value]

    def text(self, wanted: Property | None) -> str:
        value = self.values.get(unquote(wanted.id)) if wanted else None
        return value if isinstance(value, str) else ""

    def number(self, wanted: Property | None) -> float | None:
        value = self.values.get(unquote(wanted.id)) if wanted else None
        return value if isinstance(value, float) else None


def read_source(data: Mapping[str, Any]) -> Source:
    parent = data.get("parent") or {}
    return Source(
        id=data["id"],
        title=_plain_text(data.get("title") or []),
        url=data.get("url") or "",
        properties=tuple(_property(name, one) for name, one in data["properties"].items()),
        parent_id=parent.get("database_id") or "",
    )


def _property(name: str, data: Mapping[str, Any]) -> Property:
    kind = data["type"]
    options = (data.get(kind) or {}).get("options") or [] if kind in CHOICES else []
    return Property(data["id"], name, kind, tuple(option["name"] for option in options))


def read_page(data: Mapping[str, Any]) -> Page:
    return Page(
        id=data["id"],
        url=data.get("url") or "",
        created_at=_moment(data["created_time"]),
        edited_at=_moment(data["last_edited_time"]),
        is_removed=bool(data.get("in_trash", data.get("archived"))),
        values={unquote(one["id"]): _value(one) for one in data["properties"].values()},
    )


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _value(data: Mapping[str, Any]) -> Value:
    kind = data.get("type", "")
    value = data.get(kind)
    if kind in TEXTS:
        return _plain_text(value or [])
    if kind in CHOICES:
        return value["name"] if value else ""
    if kind == "number":
        return None if value is None else float(value)
    return value if isinstance(value, str) else ""


def _plain_text(items: list[Mapping[str, Any]]) -> str:
    # PostgreSQL takes no NUL; one page that cannot be stored would hold up all others.
    return "".join(item.get("plain_text") or "" for item in items).replace("\0", "")


def payload(wanted: Property, value: Value) -> dict[str, Any]:
    """What to send so that the property has the value; "" and None empty it."""
    kind = wanted.type
    if kind in TEXTS:
        return {kind: [{"text": {"content": piece}} for piece in pieces(str(value or ""))]}
    if kind in CHOICES:
        return {kind: {"name": wanted.option(str(value))} if value else None}
    if kind == "email":
        return {kind: str(value)[:MAX_EMAIL] if value else None}
    return {kind: value}


def pieces(text: str) -> Iterator[str]:
    """The text in pieces that Notion takes; no sign is torn, what is too long ends with "…"."""
    start = 0
    for number in range(1, MAX_PIECES + 1):
        if start >= len(text):
            return
        end = _end_of_piece(text, start, MAX_PIECE)
        if number == MAX_PIECES and end < len(text):
            yield text[start : _end_of_piece(text, start, MAX_PIECE - 1)] + "…"
            return
        yield text[start:end]
        start = end


def _end_of_piece(text: str, start: int, room: int) -> int:
    end = start
    while end < len(text):
        room -= 1 + (text[end] > "\uffff")
        if room < 0:
            break
        end += 1
    # Signs that join (skin tones, families, accents) stay with what they belong to.
    cut = end
    while start < cut < len(text) and _joins(text[cut - 1], text[cut]):
        cut -= 1
    return cut if cut > start else end


def _joins(before: str, after: str) -> bool:
    joiner = "\u200d"
    tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return joiner in (before, after) or tone or unicodedata.category(after) in {"Mn", "Me"}
