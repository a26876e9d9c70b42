"""A firm named in the midst of a sentence: "notre restaurant Le Petit Riad", "a shop called X"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backoffice.core.text import folded, word_set
from orders.extraction.splitting.places import TOWNS
from orders.extraction.who import names

if TYPE_CHECKING:
    from orders.extraction.drafts import Span
    from orders.extraction.text.scan import Scan

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_TRADE = (
    r"(?:"
    + "|".join(sorted(names.FIRM_HEADS, key=len, reverse=True))
    + r"|magasin|commerce|entreprise|local|enseigne|marque|l?7anout|hanout|l?ma[h7]al|shop|store|"
    r"bakery|coffee\s+shop|company|brand|business)"
)
_WHOSE = r"(?:mon|ma|notre|nos|my|our|une?|d'un|d'une|the|a)"
_KIND = rf"{_TRADE}(?:\s+(?:de|du|des|a)\s+[^\W\d_]+|\s+d'[^\W\d_]+)?"
# Right after these words the name begins.
_LEADS = (
    re.compile(
        rf"{_B}(?:(?:i|we)\s+(?:own|run|manage)|je\s+(?:tiens|gere|dirige)|"
        r"nous\s+(?:tenons|gerons|dirigeons))\s+[\"']?"
    ),
    re.compile(
        rf"{_B}(?:appelee?s?|nommee?s?|called|named|(?:qui\s+)?s'appelle|smit(?:ha|ho|o|na|u)|"
        rf"sous\s+(?:l'enseigne|le\s+nom)(?:\s+de)?)\s+[\"']?"
    ),
    re.compile(rf"{_B}(?:{_WHOSE}\s+(?:\w+\s+)?{_KIND}|{_TRADE}\s+(?:dyal\w*|ديال\w*))\s*\(\s*"),
    re.compile(
        rf"{_B}(?:mon|ma|notre|my|our)\s+(?:petite?\s+|nouveau\s+|nouvelle\s+|new\s+|"
        rf"small\s+)?{_KIND}\s*[,:]?\s+[\"']?"
    ),
)
_NAME = re.compile(
    r"(?:(?:Le|La|Les|L'|L’|Au|Aux|The|Chez|Dar)\s?)?[A-ZÀ-Ý][\w'’&.-]*"
    r"(?:\s+(?:(?:de|du|des|la|le|les|et|and|of|el|al|&|d'|l')\s*)*[A-ZÀ-Ý&][\w'’&-]*){0,4}"
)
_QUARTERS = word_set(
    "gueliz maarif agdal hassan anfa hivernage gauthier bourgogne medina ville centre talborjt "
    "bonjour merci salam livraison"
)


def find(scan: Scan) -> Span | None:
    """Where the author's words name their firm so, in the document's own text."""
    text = scan.document.text
    for start, end in scan.regions():
        for lead in _LEADS:
            for match in lead.finditer(scan.text, start, end):
                if match.end() >= end:
                    continue
                at = scan.folded.source(match.end(), match.end() + 1)[0]
                named = _NAME.match(text, at)
                if named and _is_name(named.group()):
                    return named.start(), named.end()
    return None


def _is_name(text: str) -> bool:
    words = folded(text).split()
    known = all(word in TOWNS or word in _QUARTERS for word in words)
    return len(text) > 2 and not known and not names.is_address(text)  # noqa: PLR2004 - an initial
