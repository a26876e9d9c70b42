"""When the alerts of one order are computed at once rather than by the schedule."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.signals import post_save

from backoffice.core.jobs import enqueue
from orders.alerts import tasks
from orders.models import ChangeRequest, OrderEvent

if TYPE_CHECKING:
    from django.db.models import Model

# Whatever changes an order leaves one of these; a notice that is sent changes none of the facts.
CHANGING = frozenset(OrderEvent.Kind) - {OrderEvent.Kind.NOTIFIED, OrderEvent.Kind.REFUSED}


def connect() -> None:
    """Follow decisions, edits and proposals; called in ``AppConfig.ready``."""
    post_save.connect(_order_changed, sender=OrderEvent, dispatch_uid="orders.alerts")
    post_save.connect(_request_changed, sender=ChangeRequest, dispatch_uid="orders.alerts")


def _order_changed(instance: OrderEvent, **_signal: Any) -> None:
    if instance.kind in CHANGING:
        _refresh(instance)


def _request_changed(instance: ChangeRequest, **_signal: Any) -> None:
    if instance.order_id is not None:
        _refresh(instance)


def _refresh(row: Model) -> None:
    # On commit, and lost by a crash in between: the schedule comes in some minutes anyway.
    order_id: int = row.order_id  # type: ignore[attr-defined]
    transaction.on_commit(partial(enqueue, tasks.refresh_order, order_id), robust=True)
