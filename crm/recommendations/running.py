"""A run in slices: learn, measure, then propose to the customers in the order of their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.models import RecommendationRun


def work(run: RecommendationRun) -> None:
    """One slice by the worker; the next one is enqueued until the end."""
    raise NotImplementedError


def to_the_end(run: RecommendationRun) -> RecommendationRun:
    """All of it here and now, for a command."""
    raise NotImplementedError
