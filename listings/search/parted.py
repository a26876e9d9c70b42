"""References that a search parts by blanks: "116 610 LN", "suche 16 570", "79 030 N".

Two figures beside each other are one reference where a watch is known by it: to the catalogue, or
among the listings. What stands beside a currency or behind the word of a bound is a price.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backoffice.core.text import folded
from listings.extraction.prices import CURRENCY
from listings.search import known_keys, limits

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue

_PARTED = re.compile(
    r"(?<![\w.,/-])(?<!\d )(?P<figures>\d{1,4}(?: \d{2,3}){1,2})"
    r"(?P<letters> ?[a-z]{1,4})?(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
_LENGTHS = range(5, 7)  # figures of a reference that is worth guessing
_MONEY_AFTER = re.compile(rf" ?(?:k\b|,-|\.-|{CURRENCY})")


def joined(text: str, catalogue: Catalogue) -> str:
    """The text with such references written as one."""

    def one(found: re.Match[str]) -> str:
        if limits.is_bound(folded(text[: found.start()])):
            return found.group()
        figures = found["figures"].replace(" ", "")
        letters = (found["letters"] or "").strip()
        if len(figures) not in _LENGTHS or _MONEY_AFTER.match(text.lower(), found.end("figures")):
            return found.group()
        if letters and _is_known((figures + letters).lower(), catalogue):
            return figures + letters
        is_one = _is_known(figures, catalogue)
        return figures + (found["letters"] or "") if is_one else found.group()

    return _PARTED.sub(one, text)


def _is_known(key: str, catalogue: Catalogue) -> bool:
    return any(one.known for one in catalogue.senses(key)) or known_keys.beginning_with(key)
