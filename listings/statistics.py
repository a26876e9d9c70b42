"""What this desk counted, in the database: true across processes and restarts."""

from __future__ import annotations

from typing import Any

from backoffice.core.health import Report


def health() -> Report:
    """Components, runtime_stats and watch_stats of ``GET /health``."""
    return Report()


def stats() -> dict[str, Any]:
    """The figures of ``GET /api/listings/stats`` and of the statistics page."""
    return {}
