"""What follows from the facts of a listing: keys, words, and the text that is embedded."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from backoffice.core import text
from backoffice.core.text import folded

if TYPE_CHECKING:
    from listings.models import Listing

_LONGEST_TEXT = 4_000
# Shorter texts are alike by chance: "Rolex Submariner 126610LN full set 2023 12500".
_FEWEST_WORDS, _FEWEST_LETTERS = 10, 60


def reference_key(reference: str) -> str:
    """The form in which references are compared: without case, accents, blanks and marks."""
    return re.sub(r"[^0-9a-z]", "", folded(reference))[:60]


def words(listing: Listing) -> str:
    """What full text looks through: names, reference (also as one word) and the message's words."""
    facts = (listing.brand, listing.model, listing.reference, listing.reference_key, listing.text)
    return " ".join(folded(fact) for fact in facts if fact)[:_LONGEST_TEXT]


def description(listing: Listing) -> str:
    """The text that is embedded: the facts in a fixed order, then what the trader wrote."""
    year = str(listing.year) if listing.year else ""
    facts = (listing.type, listing.brand, listing.model, listing.reference, listing.condition, year)
    return " ".join(fact for fact in (*facts, listing.text) if fact)[:_LONGEST_TEXT]


def text_key(message: str) -> str:
    """The same for texts that differ in case, accents, signs and blanks only; empty if short."""
    found = text.words(message)
    joined = " ".join(found)
    if len(found) < _FEWEST_WORDS or len(joined) < _FEWEST_LETTERS:
        return ""
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
