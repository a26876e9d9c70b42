"""Quantities and products named by what stands before: "mettez-en 2 000", "autant de plates"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.extraction.text.mentions import Mention, Quantity
    from orders.extraction.text.scan import Scan

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_OF_THEM = re.compile(
    rf"{_B}(?:(?:met\w*|fait\w*|fais|pren\w+|envo\w+|livr\w+|prepar\w+|prevo\w+|donn\w+|r?ajout\w+|"
    r"compt\w+|remet\w*|refait\w*|lanc\w+)[\s-]*(?:(?:moi|nous|m'|lui)[\s-]*)?en|"
    r"(?:j|m|n|t)'en(?:\s+\w+){0,2}|(?:on|nous|vous|ns)\s+en(?:\s+\w+){1,2}|(?:make|do)\s+it|"
    r"(?:bghit|bghina|sift\w*|dir\w*|zid\w*|khass?n[ia])\s+(?:l\w+\s+)?m[ie]?nn?h(?:om|oum|a)|"
    r"(?:بغيت|بغينا|صيفط\w*|دير\w*|زيد\w*)\s+(?:ل\w+\s+)?من(?:هم|ها|و))\s*$"
)
_AS_MANY = re.compile(
    rf"(?<!d'){_B}(?:autant\s+(?:de|d'|en)|(?:idem|pareil|(?:la\s+)?memes?\s+(?:quantite|qte|nombre|"
    r"chose)s?)\s+(?:en|pour\s+les|pour\s+la|de|dans\s+les|avec\s+les)|(?:the\s+)?same\s+"
    r"(?:number|quantity|amount)\s+(?:of|for)|as\s+many|n[ae]fs\s+(?:l\s?)?(?:3adad|kmiya)\s+"
    rf"(?:d|dyal|mn|f)|(?:نفس\s+العدد|نفس\s+الكميه|قدهم)\s+(?:من|ديال|ف)){_E}"
)
_TIMES = re.compile(r"\s*(?:x|\*|×|fois|lots?\s+de)\s*")
_MOST_LOTS, _SMALLEST_LOT = 20, 100


def refers_back(text: str, start: int, end: int) -> bool:
    """Whether a pronoun right before ``end`` stands for the bag that ends at ``start``."""
    between = text[start:end]
    return "\n\n" not in between and bool(_OF_THEM.search(between))


def as_many(
    scan: Scan, start: int, end: int, counts: list[Quantity], found: list[Mention]
) -> list[Quantity]:
    """Return a quantity for each "autant de" that stands right before a bag."""
    extra: list[Quantity] = []
    for match in _AS_MANY.finditer(scan.masked, start, end):
        before = [q for q in counts if q.end <= match.start()]
        mention = next((m for m in found if m.start >= match.end()), None)
        if not before or mention is None or mention.start - match.end() > 12:  # noqa: PLR2004 - an article
            continue
        if re.match(r"[^.,;\n]{0,25}\b(?:que|than|as)\b", scan.masked[mention.end :]):
            continue
        extra.append(replace(before[-1], start=match.start(), end=match.end()))
    return extra


def multiplied(scan: Scan, counts: list[Quantity]) -> list[Quantity]:
    """Make one count of "2 x 1500": so many lots of so many pieces."""
    kept: list[Quantity] = []
    for quantity in counts:
        last = kept[-1] if kept else None
        between = scan.masked[last.number.end : quantity.start] if last else ""
        if (
            last
            and last.unit_word in {"", "x", "lots", "lot"}
            and last.value <= _MOST_LOTS
            and not last.value % 1
            and quantity.value >= _SMALLEST_LOT
            and not quantity.value % 1
            and _TIMES.fullmatch(between)
        ):
            kept[-1] = replace(quantity, start=last.start, value=last.value * quantity.value)
        else:
            kept.append(quantity)
    return kept
