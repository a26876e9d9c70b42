"""What a message says of watches: OpenAI where there is a key, the local rules otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from listings.catalogue import current
from listings.extraction import reading

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue
    from listings.extraction.items import ListingItem


@dataclass(frozen=True, slots=True)
class Understanding:
    """The watches of a text; ``reader`` is a ``Listing.Reader``; ``problem`` why OpenAI did not."""

    items: tuple[ListingItem, ...]
    reader: str
    problem: str = ""


def understand(text: str, *, catalogue: Catalogue | None = None) -> Understanding:
    """Read ``text`` with the catalogue that staff keep (:mod:`listings.catalogue`).

    Grounded: what OpenAI says and the text does not, loses its place. Falls back to the rules
    when OpenAI is away or answers nonsense; never raises for a text.
    """
    return Understanding(tuple(reading.read(text, catalogue or current())), "rules")
