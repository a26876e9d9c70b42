"""A message read by a model; the same result type as the rules give."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from backoffice.core import ai
from listings.reading.openai.answer import ListingAnswer
from listings.reading.openai.grounding import Grounding
from listings.reading.openai.prompt import instructions, message_text

if TYPE_CHECKING:
    from listings.extraction.catalogue import Catalogue
    from listings.extraction.items import ListingItem

PURPOSE: Final = "listings.extraction"
# A message holds 20,000 characters at most, and a line of a list a dozen.
_MOST_ITEMS: Final = 400


def read(text: str, catalogue: Catalogue) -> tuple[ListingItem, ...]:
    """Return the watches the model found, without what the text does not bear out.

    Raises :class:`backoffice.core.ai.AiError` when there is no usable answer.
    """
    answer = ai.structured(
        ListingAnswer,
        purpose=PURPOSE,
        instructions=instructions(catalogue),
        parts=[ai.TextPart(message_text(text, mark=secrets.token_hex(4)))],
    )
    return understood(answer, text, catalogue)


def understood(answer: ListingAnswer, text: str, catalogue: Catalogue) -> tuple[ListingItem, ...]:
    """Return what a model's answer says and the text bears out."""
    grounding = Grounding(text, catalogue)
    items = (grounding.item(one) for one in answer.items[:_MOST_ITEMS])
    return tuple(item for item in items if item is not None)
