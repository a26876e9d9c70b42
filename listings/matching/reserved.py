"""Offers that their trader marks as reserved: on the market, but for nobody else just now."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# With its accent: "réserve" is the power reserve.
_WORD: Final = (
    r"(?:reserved|réservée?s?|reservée?s?|reservees?|reserviert|riservat[oaie]|reservad[oa]s?"
    r"|on\s+hold)"
)
_DENIED: Final = r"(?:not|no longer|isn'?t|plus|pas|nicht|nicht mehr|non|no)"
# At an end of a line, or set apart: "price reserved for members" marks nothing.
_MARK: Final = re.compile(
    rf"^\W*{_WORD}\b|(?P<denied>\b{_DENIED}\s+)?\b{_WORD}\W*$|[(\[*~]\s*{_WORD}\b[^)\]*~\n]*[)\]*~]",
    re.MULTILINE,
)


def is_marked(text: str) -> bool:
    """Whether the words of an offer say that it is reserved: "RESERVED - Rolex ...", "(réservée)".

    An edit without the mark, or a new post, offers it again.
    """
    low = unicodedata.normalize("NFC", text).lower()
    return any(not found["denied"] for found in _MARK.finditer(low))
