"""Whether two references may be of one watch.

Traders shorten: "5711" for any 5711/1A-010, "116610" for an LN or an LV, "3570.50" for
3570.50.00. A shorter form meets a longer one where that goes on with a suffix; digits that
simply go on make another watch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from backoffice.core.text import folded
from listings.facts import reference_key

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST = 4  # characters below which a beginning says nothing
# Written with zeros and without: PAM00111, PAM 111.
_PANERAI = "pam"
# Watches of their own beside the plain number: a 16610 is no Kermit.
_OF_THEIR_OWN = frozenset({"16610lv"})
_SEVERAL = re.compile(r"\s*(?:[/,|;]|\bor\b|\bou\b|\boder\b|\bo\b)\s*")
_WHOLE = re.compile(r"(?:[a-z]{0,4})?\d{4,}[a-z]*(?:[.-]\w+)*")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as it is compared, and where its suffixes begin (lengths of ``key``)."""

    key: str
    breaks: frozenset[int]

    @property
    def stem(self) -> str:
        """The shortest form of it that a trader may write."""
        return self.key[: min(self.breaks, default=len(self.key))]


@lru_cache(maxsize=65536)
def parse(written: str) -> tuple[Reference, ...]:
    """The references of a field: one, or several of equal right ("116710BLNR/126710BLNR")."""
    text = folded(written).strip()
    pieces = [piece for piece in _SEVERAL.split(text) if piece]
    if len(pieces) < 2 or not all(_WHOLE.fullmatch(piece) for piece in pieces):  # noqa: PLR2004 - one
        pieces = [text]
    return tuple(_reference(piece) for piece in pieces if reference_key(piece))


def _reference(text: str) -> Reference:
    text = _plain(text)
    breaks: set[int] = set()
    length = 0
    for token in re.findall(r"[0-9a-z]+", text):
        if length:
            breaks.add(length)
        for match in re.finditer(r"(?<=\d)(?=[a-z])", token):
            breaks.add(length + match.start())
        length += len(token)
    key = reference_key(text)
    fit = {at for at in breaks if _SHORTEST <= at < len(key) and re.search(r"\d", key[:at])}
    return Reference(key, frozenset(fit))


def _plain(text: str) -> str:
    """Without what makers add for their own books: M126610LN-0001, IW371605, Q3848420."""
    if match := re.fullmatch(r"m?(\d{5,6}[a-z]*)-\d{4}", text):
        return match[1]
    if match := re.fullmatch(r"(?:m|iw|q)(\d{5,7}[a-z]*(?:-?\w+)?)", text):
        return match[1]
    if match := re.fullmatch(r"pam\s?0*(\d{1,4})", text):
        return f"pam{match[1]:0>5}"
    return text


def is_same(one: Reference, other: Reference) -> bool:
    return one.key == other.key


def shortens(short: Reference, long: Reference) -> bool:
    """Whether ``short`` is another way to write ``long`` without its suffix."""
    if long.key in _OF_THEIR_OWN or not long.key.startswith(short.key):
        return False
    return len(short.key) in long.breaks


def stems(references: Iterable[Reference]) -> tuple[str, ...]:
    """What the keys of rows hold that may meet one of these, however they are written there."""
    return tuple(
        sorted({_PANERAI if one.key.startswith(_PANERAI) else one.stem for one in references})
    )
