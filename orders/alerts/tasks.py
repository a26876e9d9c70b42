"""Background entry points of the alerts: take ids, call one function."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

from backoffice.core.errors import DomainError
from orders.alerts import digest, pruning, recompute, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from orders.models import Alert

logger = logging.getLogger(__name__)


def watch() -> None:
    """Bring all alerts up to date and write to those who subscribed; the schedule's entry."""
    try:
        recompute.recompute()
    finally:
        digest.queue_all()


def refresh_order(order_id: int) -> None:
    """Bring the alerts of one order up to date, because it changed."""
    recompute.recompute_order(order_id)


def prune() -> None:
    """Forget the alerts of long ago; the schedule's entry."""
    pruning.prune()


def acknowledge_as(alert_id: int, user_id: int, note: str) -> None:
    """Acknowledge on behalf of somebody who selected hundreds; what is decided stays as it is."""
    _decide_as(alert_id, user_id, note, states.acknowledge)


def resolve_as(alert_id: int, user_id: int, note: str) -> None:
    """As :func:`acknowledge_as`, putting them away."""
    _decide_as(alert_id, user_id, note, states.resolve)


def _decide_as(alert_id: int, user_id: int, note: str, decide: Callable[..., Alert]) -> None:
    user = get_user_model().objects.filter(pk=user_id).first()
    if user is None:
        return
    try:
        decide(alert_id, by=user, note=note)
    except (DomainError, PermissionDenied) as error:
        logger.info("bulk decision left an alert: %s", getattr(error, "code", "forbidden"))
