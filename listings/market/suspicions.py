"""Offers that deserve a second look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from listings.models import Suspicion


def examine(listing_id: int) -> None:
    """Write the suspicions about a listing as it is now; those that no longer hold go."""


def dismiss(suspicion_id: int, *, by: User) -> Suspicion:
    """A person looked: nothing to it. It does not come back for the same facts."""
    raise NotImplementedError


def sentence(suspicion: Suspicion) -> str:
    """The suspicion in words."""
    raise NotImplementedError
