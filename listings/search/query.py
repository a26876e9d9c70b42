"""One hybrid query: full text and nearest vectors, fused by rank, within filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Empty filters do not filter; prices are in euros, ends included.

    ``text`` is free ("submariner sans date sous 9000"); brands, models and references in it are
    recognised, also misspelt. Without a text the newest come first.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    brand: str = ""
    model: str = ""
    reference: str = ""
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    conditions: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    trader_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    live_only: bool = True
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing that was found; ``score`` falls with the rank and compares within one search."""

    listing_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """``understood`` names what was recognised in the text: {"brand": "Rolex", ...}."""

    hits: tuple[Hit, ...]
    has_more: bool
    understood: dict[str, str]


def run(query: Query) -> Results:
    """Search. Raises ``DomainError`` naming the field where the query cannot be (limit 1-100)."""
    raise NotImplementedError


def similar(listing_id: int, *, limit: int = 10) -> tuple[Hit, ...]:
    """The nearest other listings of the market, of any trader."""
    raise NotImplementedError
