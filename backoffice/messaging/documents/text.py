"""Bytes to text when the declared character set cannot be trusted."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

# Declared by mailers that in truth send windows-1252 or UTF-8.
_WESTERN: Final = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
# Direction marks, zero-width characters and byte order marks: invisible, and in the way of
# every comparison.
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACES: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS: Final = re.compile("\r\n?|\x0c|\x85|\u2028|\u2029")


def decode(data: bytes, declared: str = "") -> str:
    """Text in the character set it really has, invisible characters left out.

    UTF-8 that is valid and has multi-byte characters is UTF-8 whatever is
    declared; ISO-8859-1 is read as windows-1252, which it is in practice.
    """
    return clean(_decode(data, declared))


def _decode(data: bytes, declared: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    name = _codec(declared)
    if name in {"", "utf-8", "utf-7"} or name in _WESTERN:
        return _utf8_or_western(data)
    return data.decode(name, "replace")


def _codec(declared: str) -> str:
    try:
        info = codecs.lookup(declared.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    # hex, base64, rot13 ... are codecs too, but no character sets.
    return info.name if getattr(info, "_is_text_encoding", True) else ""


def _utf8_or_western(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        lenient = data.decode("utf-8", "replace")
    # One cut character in good UTF-8 must not turn the rest into "Ã©".
    good = sum(char > "\x7f" for char in lenient) - lenient.count("\ufffd")
    if good > lenient.count("\ufffd"):
        return lenient
    # The five bytes windows-1252 leaves open are left out.
    return data.decode("cp1252", "ignore")


def clean(text: str) -> str:
    """One kind of space and line end, composed accents, nothing invisible, no NUL."""
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", _CONTROLS.sub("", _SPACES.sub(" ", text)))
    return unicodedata.normalize("NFC", text)


def tidy_lines(text: str) -> str:
    """No spaces at line ends, at most one blank line in a row, none at either end."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")
