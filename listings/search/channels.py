"""The ways by which candidates are found: facts, words, nearness of vectors.

Each gives ids, the best first. Bounded in rows and time: a word that half of the market has is
looked for among some thousands only, and vectors by the index (HNSW, going on until enough fit the
filters) unless so few rows fit that looking at each is quicker and exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from pgvector.django import CosineDistance, HalfVectorField

from listings.models import Listing, ListingEmbedding
from listings.models.listing import INDEXED_DIMENSIONS
from listings.search import embedding, known_keys, synonyms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from listings.search.wishes import Watch, Wishes

EXACT_BELOW = 20_000
_EF_SEARCH = 400
_WIDE = 400  # what the index gives is weighed again, exactly
_MOST_WORD_ROWS = 1_000
_WITHOUT_RATE = Q(price_eur=None, price__isnull=False)
_NEWEST = ("-offered_at", "-pk")


def by_facts(rows: QuerySet[Listing], wishes: Wishes, *, need: int, most: int) -> list[int]:
    """What meets all wishes, then ever fewer of them until there are ``need``; newest first."""
    found: dict[int, None] = {}
    for wanted in _ladder(wishes):
        ids = rows.filter(wanted).order_by(*_NEWEST).values_list("pk", flat=True)[:most]
        found.update(dict.fromkeys(ids))
        if len(found) >= need:
            break
    return [*found]


def _ladder(wishes: Wishes) -> Iterator[Q]:
    """From all wishes to none; steps that would ask the same again are left out."""
    named, family = watch_filter(wishes), _any(_family(one) for one in wishes.watches)
    brand = _any(Q(brand=one.brand) if one.brand else None for one in wishes.watches)
    kind = Q(type=wishes.intent.type) if wishes.intent.type else Q()
    price = _priced(wishes)
    price = price | _WITHOUT_RATE if price else price
    year = _between("year", wishes.year_from, wishes.year_to)
    steps = (
        named & _style(wishes) & kind & price & year & _details(wishes),
        named & kind & price & year & _details(wishes),
        named & kind & price & year,
        named & kind & price,
        named & kind,
        named & _style(wishes) & kind & price,
        family & kind & price,
        family,
        brand & kind & price,
        brand,
        kind & price,
        Q(),
    )
    yield from dict.fromkeys(steps)


def _style(wishes: Wishes) -> Q:
    return _any(Q(brand=brand, model=model) for brand, model in sorted(wishes.style))


def _details(wishes: Wishes) -> Q:
    said = {
        "condition": wishes.condition,
        "box": wishes.box,
        "papers": wishes.papers,
        "size_mm": wishes.size_mm,
        "movement": wishes.movement,
    }
    return Q(**{name: value for name, value in said.items() if value not in (None, "")})


def _between(field: str, low: object, high: object) -> Q:
    bounds = {f"{field}__gte": low, f"{field}__lte": high}
    return Q(**{name: value for name, value in bounds.items() if value is not None})


def _priced(wishes: Wishes) -> Q:
    price = _between("price_eur", wishes.price_from, wishes.price_to)
    for name in wishes.left_out:
        price &= ~Q(price_eur=getattr(wishes, name))
    return price


def stated(wishes: Wishes) -> Q:
    """Rows that meet all that was said outright: watch, bounds, state, kind where it is sure."""
    kind = Q(type=wishes.intent.type) if wishes.intent.type and wishes.intent.is_sure else Q()
    price = _priced(wishes)
    year = _between("year", wishes.year_from, wishes.year_to)
    named = watch_filter(wishes) & _style(wishes)
    return named & kind & price & year & _details(wishes)


def watch_filter(wishes: Wishes) -> Q:
    """Rows of one of the watches named; all rows where none is."""
    return _any(_named(one) for one in wishes.watches)


def _any(filters: Iterator[Q | None]) -> Q:
    found = Q()
    for one in filters:
        found |= one if one is not None else Q()
    return found


def _family(watch: Watch) -> Q:
    said = {"brand": watch.brand, "model__in": {watch.model, *watch.within} - {""}}
    return Q(**{name: value for name, value in said.items() if value})


def _named(watch: Watch) -> Q:
    if watch.reference:
        key = watch.key
        near = known_keys.near(key)
        return Q(reference_key__gte=key, reference_key__lt=key + known_keys.LAST) | Q(
            reference_key__in=[*near, f"m{key}", f"m{key}0001"]
        )
    if watch.nickname:
        said = SearchQuery(watch.nickname, config="simple")
        return _family(watch) & (Q(reference_key__in=watch.keys) | Q(search_vector=said))
    return _family(watch)


def by_words(rows: QuerySet[Listing], words: Sequence[str], *, most: int) -> list[int]:
    """Those that have all the words or, where these are few, any; the fullest first."""
    if not words:
        return []
    found: dict[int, None] = {}
    for joint in (" & ", " | ")[: len(words)]:
        query = SearchQuery(
            joint.join(_alternatives(word) for word in words),
            search_type="raw",
            config="simple",
        )
        # In no order: any of so many will do, and sorting them all would take its time.
        some = rows.filter(search_vector=query).order_by().values("pk")[:_MOST_WORD_ROWS]
        ids = (
            Listing.objects.filter(pk__in=some)
            .annotate(rank=SearchRank(F("search_vector"), query, normalization=1))
            .order_by("-rank", *_NEWEST)
            .values_list("pk", flat=True)[:most]
        )
        found.update(dict.fromkeys(ids))
        if len(found) >= most // 4:
            break
    return [*found][:most]


def _alternatives(word: str) -> str:
    """One word of a search in the language of tsquery, with what would do for it."""
    parts = [f"'{one}':*" for one in synonyms.beginnings(word)]
    return f"({' | '.join(parts)})"


def by_nearness(rows: QuerySet[Listing], vector: Sequence[float], *, most: int) -> list[int]:
    """The nearest by vectors of the model in use."""
    vectors = vectors_in_use(vector)
    few = rows.order_by()[: EXACT_BELOW + 1].count() <= EXACT_BELOW
    return exact(rows, vectors, vector, most) if few else indexed(rows, vectors, vector, most)


def vectors_in_use(vector: Sequence[float]) -> QuerySet[ListingEmbedding]:
    """Those that ``vector`` can be compared with."""
    return ListingEmbedding.objects.filter(model=embedding.model_name(), dimensions=len(vector))


def exact(
    rows: QuerySet[Listing],
    vectors: QuerySet[ListingEmbedding],
    vector: Sequence[float],
    most: int,
) -> list[int]:
    """By looking at each: the order is by another expression than the index has."""
    near = vectors.filter(listing__in=rows).order_by(CosineDistance("vector", [*vector]))
    return [*near.values_list("pk", flat=True)[:most]]


def indexed(
    rows: QuerySet[Listing],
    vectors: QuerySet[ListingEmbedding],
    vector: Sequence[float],
    most: int,
) -> list[int]:
    """By the index, which goes on while the filters throw away what it gives.

    It gives more than is asked for, nearly in their order: the exact distance decides.
    """
    near = Cast("vector", HalfVectorField(dimensions=INDEXED_DIMENSIONS))
    fitting = Exists(rows.filter(pk=OuterRef("listing_id")))
    with transaction.atomic():
        with connection.cursor() as cursor:
            # The last three lead by the index whatever the planner thinks of the filters.
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),"
                " set_config('hnsw.ef_search', %s, true),"
                " set_config('enable_sort', 'off', true),"
                " set_config('enable_hashjoin', 'off', true),"
                " set_config('enable_mergejoin', 'off', true)",
                [str(max(_EF_SEARCH, most))],
            )
        found = vectors.filter(fitting).order_by(CosineDistance(near, [*vector]))
        ids = [*found.values_list("pk", flat=True)[: max(_WIDE, most)]]
    nearest = vectors.filter(pk__in=ids).order_by(CosineDistance("vector", [*vector]))
    return [*nearest.values_list("pk", flat=True)[:most]]
