"""Matches of a listing, both ways."""

from __future__ import annotations


def find(listing_id: int) -> int:
    """Write the matches of a wanted or sale listing as it is now; how many are open then.

    New ones are proposed, those whose reasons changed get the new score, proposed ones that no
    longer fit (sold, hidden, edited, blocked trader) become ``gone``. Decided ones stay as they
    are. Safe to run twice and beside another one.
    """
    raise NotImplementedError
