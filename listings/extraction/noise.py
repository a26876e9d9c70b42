"""Figures that are neither price nor reference, painted over.

Telephone numbers, dates, serial numbers, measures, grades: once painted, no
later rule can take them for something else. No pattern is longer than it
needs to be, so that no text can make one of them slow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PAINT = "\x00"

_CONTACTS = (
    r"(?:https?://|www\.)\S{1,400}",
    r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,40}",
    r"(?:\+|(?<![\w.,])00)[1-9][\d ().-]{6,16}\d",
    r"(?<![\d.,])0\d([ .-]?)\d\d(?:\1\d\d){3}(?!\d)",  # 06 12 34 56 78
    r"(?<![\d.,])0\d{2,4}[ /-]\d{5,9}(?!\d)",  # 0171 2345678
    r"(?<![\d.,])3[2-9]\d[ .-]?\d{6,7}(?!\d)",  # 333 1234567
    r"(?<![\d.,])[67]\d\d[ .-]?\d{3}[ .-]?\d{3}(?!\d)(?!\s?(?:€|eur|usd|chf|\$|£))",
    (
        r"\b(?:tel|telephone|phone|whatsapp|wa|mob|mobile|movil|cell|handy|gsm)"
        r"\W{0,4}\+?\d[\d ().-]{4,16}\d"
    ),
)
_SERIALS = (
    (
        r"\b(?:s/n|sn|serial(?: number| no)?|seriennummer|seriale|serie n°"
        r"|(?:n°|no|numero|num) (?:de |di )?serie)"
        r"\b\W{1,3}(?=[a-z*]{0,3}\d)[a-z0-9*]{3,12}\b"
    ),
    (
        r"(?<![\w.])\d{1,4}/\d{2,5}\b(?! ?(?:€|eur|chf|usd|k\b))"
        r"(?=\s*(?:ex|pieces|limited|limitee|edition))"
    ),
    r"#\d{1,12}|\bn°\s?\d{1,12}",
    r"\blc\s?\d{2,3}\b",
    (
        r"\b(?:invoice|facture|rechnung|fattura|factura|train|zug|treno|tren|flight|room|tracking)"
        r"\W{1,3}(?:n[o°r]?[.:]? ?)?\d{3,12}\b(?![.,' ]?\d|\s?(?:k\b|€|\$|£|eur|usd|chf|gbp))"
    ),
    r"\b(?:cal|calibre|caliber|kaliber|calibro)\b\.?\s?[a-z]{0,3}\s?\d{2,4}(?:[.-]\d{1,3})?(?!\d)",
)
_TIMES = (
    r"(?<![\d.,/-])\d{1,2}[./-]\d{1,2}[./-](?:20)?\d\d(?![\d/-])",
    r"\b\d{1,2}\s?h\s?\d{2}\b|\b\d{1,2}:\d{2}\b",
    r"'\d0s?\b|\b(?:19)?\d0s\b|\b\d0er\b",
    r"\ban(?:nees|ni|os) '?\d{2,4}\b",
)
_UNITS = (
    r"m|cm|atm|bars?|metres?|meters?|metri|metros|ft|feet|go|gb|to|tb|kg|g|gr|grams?|grammes?"
    r"|h|hrs?|hours?|heures?|stunden|jours?|days?|tage|giorni|dias|vph|bph|rubis|jewels|ct"
    r"|carats?|kt|karat|maillons?|links?|glieder|maglie|eslabones|ans?|years?|jahre?n?|anni|anos"
    r"|months?|mois|monate|mesi|meses|min|eme|nd|th|st|rd|fois|times|mal|volte|veces|km|cv|ps"
    r"|piece|pieces|pcs|ex|exemplaires|offers?|offres?"
)
_GOLD = r"gold|yellow|white|rose|pink|everose|or\b|oro|gelb|weiss|rot|rg|yg|wg|solid|full gold"
_MEASURES = (
    r"\b\d{1,2}(?:[.,]\d)?\s?/\s?10\b",
    r"(?<!\d)\d{1,4}(?:[.,]\d{1,3})?\s?%",
    rf"\b(?:9|10|14|18|21|22|24)\s?(?:k|kt|ct|carats?|karat|carati|quilates)\b(?=\s?(?:{_GOLD}))",
    r"(?<=\bor )18\s?k\b|(?<=\boro )18\s?k\b|(?<=gold )18\s?k\b|(?<=\bor \w{4} )18\s?k\b",
    r"\b\d{4,5}\s?(?:vph|bph|a/h|ft|feet|ps|km|gauss)\b",
    (
        r"(?<![\d.,'$€£])(?<!hkd )(?<!usd )(?<!aed )(?<!eur )"
        r"(?<!gbp )(?<!chf )(?<!sgd )\b(?:\d{1,3}(?:[.,]\d{1,2})?|\d[.,]\d{3})"
        rf"\s?(?:{_UNITS})\b"
        r"(?!\s?(?:€|eur|usd|chf|hkd|sgd|aed|gbp)(?![ ]?\d))"
    ),
)
_NOISE = tuple(map(re.compile, (*_CONTACTS, *_SERIALS, *_TIMES, *_MEASURES)))
_LONG_NUMBER = re.compile(r"(?<![\d.,/-])\d{9,}(?!\d)")
_OMEGA_DIGITS = 14  # 31030425001001 is a reference


def paint(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return ``text`` with ``spans`` painted over; the length stays."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = PAINT * (end - start)
    return "".join(characters)


def without(low: str) -> str:
    """Return folded text with its noise painted over."""
    if not any(char.isdigit() for char in low):
        return low
    spans = [match.span() for pattern in _NOISE for match in pattern.finditer(low)]
    spans += [
        match.span() for match in _LONG_NUMBER.finditer(low) if len(match.group()) != _OMEGA_DIGITS
    ]
    return paint(low, spans)
