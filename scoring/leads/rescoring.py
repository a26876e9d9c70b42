"""Scores of chosen customers, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# As many as one statement looks at; more are a run's business.
MOST: int = 5_000


def rescore(customer_ids: Iterable[int]) -> int:
    """Score these customers as of today and write what changed; how many scores changed.

    Set-based; rows locked in the order of their ids. Archived, merged and unknown ones lose their
    score. Safe to repeat: a second call writes nothing.
    """
    raise NotImplementedError
