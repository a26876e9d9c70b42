"""One hybrid query: full text and nearest vectors, fused by rank, within filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgvector.django import CosineDistance

from listings.models import ListingEmbedding
from listings.search import embedding, filters

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
    filters.check(query)
    rows = filters.rows(query)
    end = query.offset + query.limit
    if query.text.strip():
        [vector] = embedding.of_texts([query.text])
        ids = ListingEmbedding.objects.filter(
            listing__in=rows, model=embedding.model_name(), dimensions=len(vector)
        ).order_by(CosineDistance("vector", vector))
        found = [*ids.values_list("pk", flat=True)[query.offset : end + 1]]
    else:
        newest = rows.order_by("-offered_at", "-pk")
        found = [*newest.values_list("pk", flat=True)[query.offset : end + 1]]
    hits = tuple(
        Hit(pk, 1 / (query.offset + rank))
        for rank, pk in enumerate(found[: query.limit], start=1)
    )
    return Results(hits, len(found) > query.limit, {})


def similar(listing_id: int, *, limit: int = 10) -> tuple[Hit, ...]:
    """The nearest other listings of the market, of any trader."""
    own = ListingEmbedding.objects.filter(pk=listing_id, vector__isnull=False).first()
    if own is None:
        return ()
    near = (
        ListingEmbedding.objects.filter(
            listing__in=filters.rows(Query()), model=own.model, dimensions=own.dimensions
        )
        .exclude(pk=listing_id)
        .annotate(distance=CosineDistance("vector", own.vector))
        .order_by("distance")
        .values_list("pk", "distance")[:limit]
    )
    return tuple(Hit(pk, 1 - distance) for pk, distance in near)
