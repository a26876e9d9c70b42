"""Matches of a listing, both ways.

Listings are not locked: what is found is written, then looked at again. A change that commits
before the second look is seen by it; one that commits later is followed by a job of its own,
which sees what was written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from listings.matching import candidates, writing
from listings.matching.scoring import Fit, judge
from listings.matching.sides import by_ids
from listings.models import Match

if TYPE_CHECKING:
    from listings.matching.scoring import Misfit
    from listings.matching.sides import Side

# The best ones that are newly proposed for one listing at a time.
BEST = 200
_LOOKS = 3


def find(listing_id: int) -> int:
    """Write the matches of a wanted or sale listing as it is now; how many are open then.

    New ones are proposed, those whose reasons changed get the new score, proposed ones that no
    longer fit (sold, hidden, edited, blocked trader) become ``gone``. Decided ones stay as they
    are. Safe to run twice and beside another one.
    """
    for _look in range(_LOOKS):
        seen = _look_once(listing_id)
        if seen is None:
            return 0
        if by_ids(seen) == seen:
            break
    mine = Match.objects.filter(state__in=Match.OPEN)
    return mine.filter(wanted=listing_id).count() + mine.filter(sale=listing_id).count()


def _look_once(listing_id: int) -> dict[int, Side] | None:
    """Write what fits; returns the sides it was judged by, None where the listing is no more."""
    own = by_ids([listing_id]).get(listing_id)
    if own is None:
        return None
    with transaction.atomic():
        known = writing.known(listing_id)
        others = by_ids({writing.other(match, listing_id) for match in known})
        if own.is_on_market and (own.is_wanted or own.is_offer):
            others |= {one.listing_id: one for one in candidates.of(own)}
        judged = {key: _judge(own, other) for key, other in others.items()}
        written = writing.write(own, judged, known, best=BEST)
    return {listing_id: own, **{key: others[key] for key in written}}


def _judge(own: Side, other: Side) -> Fit | Misfit:
    return judge(own, other) if own.is_wanted else judge(other, own)
