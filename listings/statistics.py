"""What this desk counted, in the database: true across processes and restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backoffice.core.health import Report


def health() -> Report:
    """Components, runtime_stats and watch_stats of ``GET /health``."""
    raise NotImplementedError


def stats() -> dict[str, Any]:
    """The figures of ``GET /api/listings/stats`` and of the statistics page."""
    raise NotImplementedError
