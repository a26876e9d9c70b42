"""Whether the condition of an offer is at least what is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listings.models import Listing

if TYPE_CHECKING:
    from listings.matching.sides import Side

Condition = Listing.Condition
# From the best; vintage says how old a watch is and not how it is kept.
_GRADES = (Condition.NEW, Condition.EXCELLENT, Condition.GOOD, Condition.USED)
_VINTAGE_AFTER = 25  # years


def points(wanted: Side, offer: Side) -> int | None:
    """Points (0-10) for the condition; None where it is below what is wanted."""
    if not wanted.condition:
        return 7
    if not offer.condition:
        # Who sells a new one says so.
        return None if wanted.condition == Condition.NEW else 3
    if wanted.condition == Condition.VINTAGE:
        return _vintage(offer)
    if offer.condition == Condition.VINTAGE:
        return None if wanted.condition == Condition.NEW else 4
    asked, given = _grade(wanted.condition), _grade(offer.condition)
    return 10 if given <= asked else None


def _vintage(offer: Side) -> int | None:
    old = offer.year is not None and offer.offered_at.year - offer.year >= _VINTAGE_AFTER
    return 10 if old or offer.condition == Condition.VINTAGE else None


def _grade(condition: str) -> int:
    return _GRADES.index(Condition(condition))
