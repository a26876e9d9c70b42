"""Background entry points of the alerts: take ids, call one function."""

from __future__ import annotations

from orders.alerts import digest, recompute


def watch() -> None:
    """Bring all alerts up to date and write to those who subscribed; the schedule's entry."""
    try:
        recompute.recompute()
    finally:
        digest.queue_all()


def refresh_order(order_id: int) -> None:
    """Bring the alerts of one order up to date, because it changed."""
    recompute.recompute_order(order_id)
