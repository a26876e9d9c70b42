"""Background work of this app: each task takes ids and calls one function."""

from __future__ import annotations


def follow_up(listing_id: int) -> None:
    """What a new or changed listing means for the others: matches first, then suspicions."""
    from listings.market import suspicions  # noqa: PLC0415 - after the apps
    from listings.matching import finding  # noqa: PLC0415 - after the apps

    finding.find(listing_id)
    suspicions.examine(listing_id)
