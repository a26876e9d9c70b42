"""A message as the readers see it: folded text, its words and phrases, and its noise.

Noise is every figure that is neither price nor reference: telephone numbers,
dates, serial numbers, measures, grades. It is painted over (``masked``), so
that no later rule can take it for something else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from backoffice.core.text import fold
from listings.extraction import phrases
from listings.extraction.items import Evidence
from listings.extraction.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backoffice.core.text import Folded
    from listings.extraction.phrases import Phrases
    from listings.extraction.tokens import Token

LONGEST = 20_000  # characters read; what follows is no listing of a trader
PAINT = "\x00"

_NOISE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:https?://|www\.)\S{1,400}",
        r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,40}",
        r"(?:\+|(?<![\w.,])00)[1-9][\d ().-]{6,16}\d",
        r"(?<![\d.,])0\d([ .-]?)\d\d(?:\1\d\d){3}(?!\d)",
        r"(?<![\d.,])0\d{2,4}[ /-]\d{5,9}(?!\d)",
        r"(?<![\d.,])3[2-9]\d[ .-]?\d{6,7}(?!\d)",
        r"(?<![\d.,])[67]\d\d[ .-]?\d{3}[ .-]?\d{3}(?!\d)(?!\s?(?:€|eur|usd|chf|\$|£))",
        r"\b(?:tel|telephone|phone|whatsapp|wa|mob|mobile|movil|cell|handy|gsm)\W{0,4}\+?\d[\d ().-]{4,16}\d",
        r"\b(?:s/n|sn|serial(?: number| no)?|seriennummer|seriale|(?:n°|no|numero|num) (?:de |di )?serie|serie n°)"
        r"\b\W{1,3}(?=[a-z*]{0,3}\d)[a-z0-9*]{3,12}\b",
        r"(?<![\d.,/-])\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d(?![\d/-])",
        r"\b\d{1,2}(?:[.,]\d)?\s?/\s?10\b",
        r"(?<!\d)\d{1,4}(?:[.,]\d{1,3})?\s?%",
        r"\b(?:9|10|14|18|21|22|24)\s?(?:k|kt|ct|carats?|karat|carati|quilates)\b"
        r"(?=\s?(?:gold|yellow|white|rose|pink|everose|or\b|oro|gelb|weiss|rot|rg|yg|wg|solid|full gold))",
        r"(?<=\bor )18\s?k\b|(?<=\boro )18\s?k\b|(?<=gold )18\s?k\b|(?<=\bor \w{4} )18\s?k\b",
        r"\b\d{4,5}\s?(?:vph|bph|a/h|ft|feet|ps|km|gauss)\b",
        r"(?<![\d.,'])\b\d{1,3}(?:[.,]\d+)?\s?(?:m|cm|atm|bars?|metres?|meters?|metri|metros|ft|feet|go|gb|to|tb|kg|g|gr|grams?|grammes?"
        r"|h|hrs?|hours?|heures?|stunden|jours?|days?|tage|giorni|dias|vph|bph|rubis|jewels|ct|carats?|kt|karat"
        r"|maillons?|links?|glieder|maglie|eslabones|ans?|years?|jahre?n?|anni|anos|months?|mois|monate|mesi|meses"
        r"|min|eme|nd|th|st|rd|fois|times|mal|volte|veces|km|cv|ps|piece|pieces|pcs|ex|exemplaires"
        r"|offers?|offres?)\b(?!\s?(?:€|eur|usd|chf))",
        r"\b\d{1,2}\s?h\s?\d{2}\b|\b\d{1,2}:\d{2}\b",
        r"\b(?:cal|calibre|caliber|kaliber|calibro)\b\.?\s?[a-z]{0,3}\s?\d{2,4}(?:[.-]\d{1,3})?(?!\d)",
        r"\blc\s?\d{2,3}\b",
        r"(?<![\w.])\d{1,4}/\d{2,5}\b(?! ?(?:€|eur|chf|usd|k\b))(?=\s*(?:ex|pieces|limited|limitee|edition))",
        r"#\d{1,12}|\bn°\s?\d+",
        r"'\d0s?\b|\b(?:19)?\d0s\b|\bannees \d{2,4}\b|\banni '?\d{2,4}\b|\banos \d{2,4}\b|\b\d0er\b",
    )
)
_LONG_NUMBER = re.compile(r"(?<![\d.,/-])\d{9,}(?!\d)")
_OMEGA_DIGITS = 14


@dataclass(frozen=True)
class Message:
    """One message; all positions are of ``low``, the folded text, unless said otherwise."""

    folded: Folded
    low: str
    tokens: list[Token]
    phrases: Phrases
    masked: str

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Start and end of every line, in order, empty ones too."""
        found, start = [], 0
        for line in self.low.split("\n"):
            found.append((start, start + len(line)))
            start += len(line) + 1
        return found

    @cached_property
    def _line_starts(self) -> list[int]:
        return [start for start, _end in self.lines]

    def line_of(self, position: int) -> int:
        return bisect_right(self._line_starts, position) - 1

    def evidence(self, start: int, end: int) -> Evidence:
        """The piece of the original message that ``start``-``end`` came from."""
        first, last = self.folded.source(start, end)
        return Evidence(first, last, self.folded.original[first:last])


def understand(text: str) -> Message:
    """Fold a message, find its words and phrases, and paint its noise over."""
    folded = fold(text[:LONGEST])
    low = folded.text.lower()
    if len(low) != len(folded.text):  # a letter whose small form is two
        low = folded.text
    tokens = tokenise(low)
    return Message(folded, low, tokens, phrases.find(tokens), _without_noise(low))


def paint(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return ``text`` with ``spans`` painted over; the length stays."""
    for start, end in spans:
        text = text[:start] + PAINT * (end - start) + text[end:]
    return text


def _without_noise(low: str) -> str:
    if not any(char.isdigit() for char in low):
        return low
    spans = [match.span() for pattern in _NOISE for match in pattern.finditer(low)]
    spans += [
        match.span()
        for match in _LONG_NUMBER.finditer(low)
        if len(match.group()) != _OMEGA_DIGITS
    ]
    return paint(low, spans)
