"""Whether the lowest price of an answer is one to believe, and which is the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from listings.market import suspicions

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from listings.models import Listing


@dataclass(frozen=True, slots=True)
class Doubt:
    """``listing`` has the lowest price and looks suspicious; ``kinds`` say why.

    ``instead`` is the cheapest that nothing is held against; None where there is none.
    """

    listing: Listing
    kinds: tuple[str, ...]
    instead: Listing | None


def of(rows: QuerySet[Listing], lowest: Listing) -> Doubt | None:
    """What is held against the lowest of ``rows``; one query where that is nothing."""
    held = suspicions.waiting()
    kinds = held.filter(listing=lowest).order_by("kind").values_list("kind", flat=True)
    if not (found := tuple(kinds)):
        return None
    clean = rows.filter(~Exists(held.filter(listing=OuterRef("pk"))), price_eur__isnull=False)
    cheapest = clean.select_related("trader").order_by("price_eur", "-offered_at", "-pk")
    return Doubt(lowest, found, cheapest.first())
