"""Putting back into the queue what is due, lost or was left in the middle."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.brokers import get_broker

from backoffice.core.jobs.queue import enqueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.core.jobs.rows import Lane

# A queue longer than this is working something off: its rows are in it already.
QUEUE_IS_SHORT = 1000
# An entry younger than this is taken to be in the queue still.
PATIENCE = timedelta(minutes=10)

_lanes: dict[Lane[Any], Callable[[int], object]] = {}


def register_lane(lane: Lane[Any], task: Callable[[int], object]) -> None:
    """Have the sweeper enqueue ``task(pk)`` for the lane's rows; called in ``AppConfig.ready``."""
    _lanes[lane] = task


def sweep() -> int:
    """Enqueue the rows that nobody else will; return how many.

    Each is stamped in the transaction that enqueues it, and a queue that is
    still long gets nothing: a slow worker does not make its backlog grow.
    """
    done = 0
    room = QUEUE_IS_SHORT - int(get_broker().queue_size())
    for lane, task in _lanes.items():
        if done < room:
            done += _requeue(lane, task, room - done)
    return done


def _requeue(lane: Lane[Any], task: Callable[[int], object], limit: int) -> int:
    now = timezone.now()
    waiting = Q(**{lane.status_field: lane.waiting})
    due = waiting & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    working = Q(**{lane.status_field: lane.working})
    left = working & (Q(claimed_at=None) | Q(claimed_at__lte=now - lane.lease))
    not_queued = Q(queued_at=None) | Q(queued_at__lte=now - PATIENCE)
    with transaction.atomic():
        rows = lane.rows().select_for_update(skip_locked=True, no_key=True)
        open_rows = rows.filter(due | left, not_queued).order_by("pk")
        pks = [*open_rows.values_list("pk", flat=True)[:limit]]
        lane.rows().filter(pk__in=pks).update(queued_at=now)
        for pk in pks:
            enqueue(task, pk)
    return len(pks)
