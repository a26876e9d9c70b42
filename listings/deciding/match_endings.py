"""The matches of a listing end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from listings.models import Match

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import User


def end(listing_ids: Collection[int], *, by: User | None = None) -> int:
    """Have the open matches of listings that are gone end, also where somebody wrote; how many.

    Inside the transaction that took the listings away, with their rows locked.
    """
    # Both sides in one order: whoever finds matches anew locks them so.
    theirs = Q(wanted_id__in=listing_ids) | Q(sale_id__in=listing_ids)
    rows = Match.objects.select_for_update(no_key=True).filter(theirs, state__in=Match.OPEN)
    ended = 0
    for match in rows.order_by("pk"):
        match.state = Match.State.GONE
        match.changed_at, match.changed_by = timezone.now(), by
        match.save(update_fields=["state", "changed_at", "changed_by"])
        ended += 1
    return ended
