"""Headers of an e-mail as they really come: 8-bit, folded, encoded the old way, wrong."""

from __future__ import annotations

import datetime as dt
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from backoffice.messaging.content import Person
from backoffice.messaging.documents.text import clean, decode

_MESSAGE_ID: Final = re.compile(r"<[^<>\s]+>")
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Two encoded words with only a space between them are one text.
_BETWEEN_WORDS: Final = re.compile(r"(=\?[^?]+\?[bBqQ]\?[^?]*\?=)\s+(?==\?)")
_ENCODED: Final = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_FILENAME_LENGTH: Final = 200
# References of a long thread; beyond that parsing takes quadratic time.
_HEADER_LENGTH: Final = 10_000


def values(message: Message, name: str) -> list[str]:
    """Every value of a header, unfolded but not decoded."""
    wanted = name.lower()
    return [
        re.sub(r"\r?\n[ \t]*", " ", str(value)[:_HEADER_LENGTH]).strip()
        for key, value in message.raw_items()
        if key.lower() == wanted
    ]


def value(message: Message, name: str) -> str:
    """The first value of a header, decoded; "" where it is missing."""
    found = values(message, name)
    return decoded(found[0]) if found else ""


def decoded(raw: str) -> str:
    """RFC 2047 words and raw 8-bit characters as text."""
    raw = re.sub(r"\r?\n[ \t]*", " ", raw)
    if not _ENCODED.search(raw):
        return clean(_from_bytes(raw)).strip()
    text = _BETWEEN_WORDS.sub(r"\1", raw)
    return clean(_ENCODED.sub(lambda word: _word(word[0]), _from_bytes(text))).strip()


def _word(word: str) -> str:
    try:
        text = "".join(
            part if isinstance(part, str) else decode(part, charset or "")
            for part, charset in decode_header(word)
        )
    except (HeaderParseError, ValueError):
        return word
    return text or word


def _from_bytes(raw: str) -> str:
    """Surrogates are how the parser keeps bytes that are no ASCII."""
    if raw.isascii():
        return raw
    try:
        return decode(raw.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return raw.encode("utf-8", "replace").decode("utf-8", "replace")


def people(message: Message, name: str) -> tuple[Person, ...]:
    """The addresses of a header; names decoded, addresses in lower case."""
    raw = values(message, name)
    if not raw:
        return ()
    # Decoding first would let an encoded comma or quote split an address.
    found = [
        Person(name=decoded(label).strip("\"' "), email=address.strip().lower())
        for label, address in getaddresses(raw)
        if address or label
    ]
    if not found:
        # Newer Pythons refuse the whole header for one bad address.
        found = [
            Person(email=address.lower()) for address in _ADDRESS.findall(" ".join(raw)[:1000])
        ]
    return tuple(_without_repeat(person) for person in found)


def addresses(message: Message, *names: str) -> tuple[str, ...]:
    """The addresses of several headers, each once."""
    found = [person.email for name in names for person in people(message, name)]
    return tuple(dict.fromkeys(address for address in found if address))


def _without_repeat(person: Person) -> Person:
    """A name that only repeats the address says nothing."""
    email = person.email if "@" in person.email else ""
    name = "" if person.name.lower() in {person.email, f"'{person.email}'"} else person.name
    return Person(name=name, email=decoded(email))


def message_ids(message: Message, name: str) -> tuple[str, ...]:
    """Message ids in a header, with their angle brackets; folded or glued ones too."""
    raw = " ".join(values(message, name))
    found = _MESSAGE_ID.findall(raw)
    if not found and raw and " " not in raw.strip():
        found = [f"<{raw.strip('<> ')}>"]
    return tuple(decoded(item) for item in found)


def date(raw: str, *, now: dt.datetime | None = None) -> dt.datetime | None:
    """An aware date; None for a missing or nonsensical one (before 1990, in the future).

    ``now``: when the message arrived, so that a second look comes to the same end.
    """
    try:
        found = parsedate_to_datetime(raw)
        if found.tzinfo is None:
            found = found.replace(tzinfo=dt.UTC)
        latest = (now or dt.datetime.now(dt.UTC)) + dt.timedelta(days=2)
        is_sensible = _EARLIEST <= found <= latest
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found if is_sensible else None


def filename(part: Message) -> str:
    """The name of an attachment: RFC 2231, RFC 2047 or raw, without folders and tricks."""
    found = _parameter(part, "Content-Disposition", "filename")
    return safe_filename(decoded(found or _parameter(part, "Content-Type", "name")))


def _parameter(part: Message, header: str, name: str) -> str:
    # The parser turns raw 8-bit characters of a parameter into question marks: decode first.
    alone = Message()
    alone[header] = _from_bytes("".join(values(part, header)[:1]))
    try:
        raw = alone.get_param(name, "", header)
    except Exception:  # noqa: BLE001 - the standard library trips over malformed parameters
        return ""
    if isinstance(raw, tuple):
        charset, _language, text = raw
        return decode(text.encode("latin-1", "replace"), charset or "")
    return str(raw)


def safe_filename(name: str) -> str:
    """The last part of a path, without direction marks and control characters."""
    name = re.split(r"[\\/]", clean(name).replace("\n", " "))[-1]
    name = re.sub(r'[<>:"|?*]', "_", " ".join(name.split())).strip(". ")
    if len(name) > _FILENAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        name = (
            f"{stem[: _FILENAME_LENGTH - 10]}{dot}{ending[:9]}" if dot else name[:_FILENAME_LENGTH]
        )
    return name
