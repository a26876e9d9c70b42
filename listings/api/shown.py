"""Rows as the API gives them, with the market of many in a constant number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listings.api.schemas import (
    HitOut,
    ListingOut,
    MatchOut,
    PlaceOut,
    ReasonOut,
    SuspicionOut,
    TraderOut,
    WholeListingOut,
)
from listings.market import suspicions, view
from listings.matching import reasons
from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from listings.market.view import Place
    from listings.models import Match
    from listings.search.query import Hit

_COMPARED = {Listing.Type.SALE, Listing.Type.TRADE}
_PLAIN = tuple(name for name in ListingOut.model_fields if name not in {"trader", "place"})


def listings(rows: Sequence[Listing]) -> list[ListingOut]:
    """In their order."""
    places = _places(rows)
    return [ListingOut(**_facts(row, places)) for row in rows]


def hits(found: Iterable[Hit]) -> list[HitOut]:
    """What a search found, in its order."""
    scores = {hit.listing_id: hit.score for hit in found}
    rows = Listing.objects.select_related("trader").in_bulk(list(scores))
    present = [rows[pk] for pk in scores if pk in rows]
    places = _places(present)
    return [HitOut(**_facts(row, places), score=scores[row.pk]) for row in present]


def whole(row: Listing) -> WholeListingOut:
    """One with what is odd about it."""
    told = [
        SuspicionOut(kind=one.kind, sentence=suspicions.sentence(one), found_at=one.found_at)
        for one in row.suspicions.filter(dismissed_at__isnull=True)
    ]
    return WholeListingOut(**_facts(row, _places([row])), suspicions=told)


def matches(rows: Sequence[Match]) -> list[MatchOut]:
    """With both sides of each."""
    sides = {side.pk: side for row in rows for side in (row.wanted, row.sale)}
    shown = {one.id: one for one in listings([*sides.values()])}
    return [
        MatchOut(
            id=row.pk,
            state=row.state,
            score=row.score,
            reasons=[
                ReasonOut(sentence=one.sentence, points=one.points, tone=one.tone)
                for one in reasons.told(row.reasons)
            ],
            evidence=row.reasons,
            wanted=shown[row.wanted_id],
            sale=shown[row.sale_id],
            note=row.note,
            created_at=row.created_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def _places(rows: Sequence[Listing]) -> dict[int, Place]:
    return view.places([row for row in rows if row.type in _COMPARED])


def _facts(row: Listing, places: Mapping[int, Place]) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in _PLAIN}
    place = places.get(row.pk)
    trader = row.trader
    return {
        **facts,
        "trader": TraderOut(id=trader.pk, name=str(trader)) if trader else None,
        "place": PlaceOut(
            sentence=place.sentence(),
            share=place.share,
            offers=place.market.count,
            median_eur=place.market.median,
        )
        if place
        else None,
    }
