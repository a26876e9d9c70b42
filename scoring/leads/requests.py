"""Asking for a scoring of all customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from scoring.models import ScoringRun


def request(
    *, kind: str = "full", by: User | None = None, in_background: bool = True
) -> ScoringRun:
    """A run as of today with the version in use; the worker does it where ``in_background``.

    DomainError ``conflict`` where one is under way (asked for "changes" while any is open, the
    open one is returned).
    """
    raise NotImplementedError
