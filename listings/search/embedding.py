"""Vectors of listings: by OpenAI where there is a key, else by our own lexical way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def request(listing_ids: Iterable[int]) -> None:
    """Have these embedded where their text or the model has changed; inside a transaction."""
    raise NotImplementedError


def model_name() -> str:
    """The model in use now: OpenAI's, or ``local-...`` without a key."""
    raise NotImplementedError


def of_texts(texts: Sequence[str]) -> list[list[float]]:
    """Vectors of texts by the model in use. Raises ``AiError`` where OpenAI is asked and away."""
    raise NotImplementedError
