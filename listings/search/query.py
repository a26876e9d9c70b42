"""One hybrid query: full text and nearest vectors, fused by rank, within filters."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pgvector.django import CosineDistance

from backoffice.core.ai import AiError
from backoffice.core.text import plain_words
from backoffice.core.text import words as words_of
from listings.models import Listing, ListingEmbedding
from listings.search import agreement, channels, embedding, filters, roughly, wishes
from listings.search.agreement import Row

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from decimal import Decimal

    from django.db.models import QuerySet

    from listings.search.wishes import Wishes

logger = logging.getLogger(__name__)

_FEW = 200  # candidates of each channel, for the first pages
_ENOUGH = 50  # found by facts before wishes are given up
_RANKS_ALIKE = 60  # how little the first rank counts more than the second


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


def run(query: Query, *, only_loaded: bool = False) -> Results:
    """Search. Raises ``DomainError`` naming the field where the query cannot be (limit 1-100).

    ``only_loaded``: among those that came from a file (load_listings).
    """
    filters.check(query)
    rows = filters.rows(query)
    rows = rows.exclude(external_id="") if only_loaded else rows
    end = query.offset + query.limit
    if not query.text.strip():
        newest = rows.order_by("-offered_at", "-pk").values_list("pk", flat=True)
        found = [(pk, 0.0) for pk in newest[query.offset : end + 1]]
        return _page(found, query, {})
    wanted = wishes.of(query.text)
    lists = candidates(rows, wanted, end=end)
    ranked = agreement.ranked(wanted, _facts(lists), fused(lists))
    return _page(ranked[query.offset : end + 1], query, wanted.as_words())


def _page(found: list[tuple[int, float]], query: Query, understood: dict[str, str]) -> Results:
    hits = tuple(Hit(pk, round(score, 4)) for pk, score in found[: query.limit])
    return Results(hits, len(found) > query.limit, understood)


def candidates(rows: QuerySet[Listing], wanted: Wishes, *, end: int) -> list[list[int]]:
    """What each channel finds for a page that ends at ``end``: by facts, words, vectors."""
    most = _FEW if end < _FEW else filters.DEEPEST + filters.MOST + 1
    named = rows.filter(channels.watch_filter(wanted))
    words = channels.by_words(named, wanted.words, most=most)
    if not wanted.watches and not words:
        words = channels.by_words(rows, words_of(wanted.corrected), most=most)
    lists = [
        channels.by_facts(rows, wanted, need=max(end + 1, _ENOUGH), most=most),
        words,
        _nearest(named, wanted.corrected, most=min(most, _FEW)),
    ]
    # Names are words too where nothing was recognised in a listing.
    unread = rows.filter(brand="")
    models = [words_of(one.model or one.reference) for one in wanted.watches]
    return [*lists, *(channels.by_words(unread, name, most=most) for name in models if name)]


def _nearest(rows: QuerySet[Listing], text: str, *, most: int) -> list[int]:
    try:
        [vector] = embedding.of_texts([text])
    except AiError:
        # Facts and words still find; the page of health says that OpenAI is away.
        logger.warning("a search goes without vectors: no embedding for its text")
        return []
    # A text without words is near to nothing.
    return channels.by_nearness(rows, vector, most=most) if any(vector) else []


def fused(lists: Sequence[Sequence[int]]) -> dict[int, float]:
    """Reciprocal rank fusion, brought to 0-1."""
    sums: dict[int, float] = {}
    for ids in lists:
        for rank, pk in enumerate(ids, start=1):
            sums[pk] = sums.get(pk, 0.0) + 1 / (_RANKS_ALIKE + rank)
    best = max(sums.values(), default=1.0)
    return {pk: score / best for pk, score in sums.items()}


def _facts(lists: Sequence[Sequence[int]]) -> list[Row]:
    ids = {pk for found in lists for pk in found}
    fields = ("pk", "type", "brand", "model", "reference_key", "price_eur", "year", "condition")
    more = ("size_mm", "movement", "box", "papers", "offered_at", "search_words")
    rows = Listing.objects.filter(pk__in=ids).values_list(*fields, *more, "price", "currency")
    return [_row(row) for row in rows]


def _row(values: tuple[Any, ...]) -> Row:
    *known, words, price, currency = values
    facts: tuple[Any, ...] = (*known, frozenset(plain_words(words)))
    row = Row(*facts)
    return replace(row, price_eur=row.price_eur or roughly.about(price, currency))


def similar(listing_id: int, *, limit: int = 10) -> tuple[Hit, ...]:
    """The nearest other listings of the market, of any trader; ``score`` is the cosine."""
    own = ListingEmbedding.objects.filter(pk=listing_id, vector__isnull=False).first()
    if own is None or own.model != embedding.model_name():
        return ()
    others = filters.rows(Query()).exclude(pk=listing_id)
    ids = channels.by_nearness(others, own.vector, most=limit)
    near = (
        ListingEmbedding.objects.filter(pk__in=ids)
        .annotate(distance=CosineDistance("vector", own.vector))
        .order_by("distance", "-pk")
        .values_list("pk", "distance")
    )
    return tuple(Hit(pk, round(1 - distance, 4)) for pk, distance in near)
