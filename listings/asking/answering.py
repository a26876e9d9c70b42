"""Retrieval, then an answer that says nothing its citations do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from listings.models import Listing


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` cites listings as [id]; ``citations`` are those, in the order of the text.

    ``summary``: {"count", "median_eur", "lowest_eur", "highest_eur", "newest"} over all that
    matched; ``reader``: "openai" or "rules"; ``problem``: why OpenAI did not answer.
    """

    text: str
    citations: tuple[Listing, ...]
    summary: dict[str, Any]
    reader: str
    problem: str = ""


def ask(question: str, *, limit: int = 8) -> Answer:
    """Answer from the market. ``DomainError`` where the question is empty or too long."""
    raise NotImplementedError
