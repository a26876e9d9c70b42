"""What a message says of watches: OpenAI where there is a key, the local rules otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.core import ai
from listings.extraction import reading
from listings.reading.catalogue import current
from listings.reading.openai import reader

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue
    from listings.extraction.items import ListingItem

RULES = "rules"
OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Understanding:
    """The watches of a text; ``reader`` is a ``Listing.Reader``; ``problem`` why OpenAI did not."""

    items: tuple[ListingItem, ...]
    reader: str
    problem: str = ""


def understand(text: str, *, catalogue: Catalogue | None = None) -> Understanding:
    """Read ``text`` with the catalogue that staff keep (:mod:`listings.reading.catalogue`).

    Grounded: what OpenAI says and the text does not, loses its place. Falls back to the rules
    when OpenAI is away or answers nonsense; never raises for a text.
    """
    known = catalogue or current()
    problem = ""
    if text.strip() and ai.is_available():
        try:
            return Understanding(reader.read(text, known), OPENAI)
        except ai.AiError as error:
            problem = str(error)
    return Understanding(tuple(reading.read(text, known)), RULES, problem)
