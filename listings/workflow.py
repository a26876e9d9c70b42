"""Decisions of staff about listings: each one transaction with the row locked, and an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from listings.models import Listing


def confirm(listing_id: int, *, by: User) -> Listing:
    """Say that what was read is right."""
    raise NotImplementedError


def hide(listing_id: int, *, by: User, note: str = "") -> Listing:
    """Take it off the market; ``show`` brings it back."""
    raise NotImplementedError


def show(listing_id: int, *, by: User) -> Listing:
    """Put a hidden, sold or withdrawn one on the market again."""
    raise NotImplementedError


def mark_sold(listing_id: int, *, by: User) -> Listing:
    """It is gone: its open matches end."""
    raise NotImplementedError


def edit(listing_id: int, changes: Mapping[str, object], *, by: User) -> Listing:
    """Correct facts; what was corrected is never overwritten by reading again."""
    raise NotImplementedError


def read_again(listing_id: int, *, by: User) -> list[Listing]:
    """Read the whole message of a listing anew, for all its listings; edited fields stay."""
    raise NotImplementedError
