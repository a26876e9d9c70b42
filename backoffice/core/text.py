"""Text as programs compare it: no case, no accents, one kind of digit, dash and quote.

People type "POIGNÉES", "poignees", "٥٠٠٠" and "5 000" (with a narrow no-break
space). :func:`fold` brings these to one form and remembers where every
character came from, so that a match can be shown in the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORDS = re.compile(r"[^\W_]+")
# Letters that Unicode does not decompose, or that Moroccans write in several ways.
_LETTERS = {
    "œ": "oe",
    "æ": "ae",
    "ß": "ss",
    "ø": "o",
    "ı": "i",
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ة": "ه",
    "ى": "ي",
    "ؤ": "و",
    "ئ": "ي",
    "گ": "ك",
    "ڭ": "ك",
    "ݣ": "ك",
    "پ": "ب",
    "ڤ": "ف",
    "ڨ": "ق",
    "ک": "ك",
    "ی": "ي",
}
_SIGNS = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "´": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "‑": "-",
    "−": "-",
    "×": "x",
    "✕": "x",
    "✖": "x",
    "٫": ".",
    "٬": ",",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "ـ": "",
    "№": "n°",
    "º": "°",
    "\r": " ",
}
# "1️⃣" is a bullet, not the figure one.
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_KEYCAP_END = "\u20e3"


@lru_cache(maxsize=8192)
def _fold_character(char: str) -> str:
    lower = char.lower()
    for table in (_SIGNS, _LETTERS):
        if lower in table:
            return table[lower]
    if char in "\n\t":
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if category in {"Mn", "Me", "Cf"}:
        return ""
    plain = unicodedata.normalize("NFKD", lower)
    return "".join(c for c in plain if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` is ``original`` folded; ``offsets[i]`` is where its character i came from."""

    original: str
    text: str
    offsets: tuple[int, ...]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Span of the original that folded characters ``start`` to ``end`` came from."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], max(self.offsets[end], self.offsets[end - 1] + 1)

    def source_text(self, start: int, end: int) -> str:
        first, last = self.source(start, end)
        return self.original[first:last]

    def position(self, offset: int) -> int:
        """The folded position of original ``offset`` (the next one where it vanished)."""
        low, high = 0, len(self.text)
        while low < high:
            middle = (low + high) // 2
            if self.offsets[middle] < offset:
                low = middle + 1
            else:
                high = middle
        return low


def fold(text: str) -> Folded:
    """Fold case, accents, digits, spaces, dashes, quotes and Arabic letter variants."""
    keycaps = {m.start(): m.end() for m in _KEYCAP.finditer(text)} if _KEYCAP_END in text else {}
    characters: list[str] = []
    offsets: list[int] = []
    skip_to = 0
    for position, char in enumerate(text):
        if position < skip_to:
            continue
        if position in keycaps:
            folded, skip_to = "•", keycaps[position]
        else:
            folded = _fold_character(char)
        characters.append(folded)
        offsets.extend([position] * len(folded))
    offsets.append(len(text))
    return Folded(text, "".join(characters), tuple(offsets))


def folded(text: str) -> str:
    """Return the folded text alone, for comparisons and search columns."""
    return fold(text).text


def words(text: str) -> list[str]:
    """Return the folded words of a text, without punctuation."""
    return plain_words(folded(text))


def plain_words(low: str) -> list[str]:
    """As :func:`words`, of a text that is folded already."""
    return _WORDS.findall(low)


def same_words(first: str, second: str) -> bool:
    """Tell whether two texts differ in case, accents, spacing or punctuation only."""
    return words(first) == words(second)


def word_set(text: str) -> frozenset[str]:
    """Return the blank-separated words of a list that reads best as words."""
    return frozenset(text.split())
