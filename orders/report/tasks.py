"""The report's background entry point."""

from __future__ import annotations

from orders.report import weekly


def weekly_report() -> None:
    """Called by the schedule every morning; writes on the first one of the week."""
    weekly.queue_all()
