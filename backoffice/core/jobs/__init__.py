"""Background work (docs/jobs.md).

``enqueue(task, *ids)`` hands a task to the worker. A model that carries work
extends ``core.models.JobRow`` and declares one ``Lane``; its task is
``perform(LANE, pk, work)``, and ``work(row)`` ends with ``finish``,
``retry_later`` or ``give_up``. The app registers the lane with the sweeper
(``register_lane``) and its rhythms (``register_schedule``) in ``AppConfig.ready``.
"""

from __future__ import annotations

from backoffice.core.jobs.queue import enqueue, enqueue_many
from backoffice.core.jobs.rows import (
    Lane,
    LeaseLost,
    RetryPolicy,
    claim,
    finish,
    give_up,
    perform,
    retry_later,
    start_over,
)
from backoffice.core.jobs.schedules import register_schedule
from backoffice.core.jobs.sweeper import register_lane

__all__ = [
    "Lane",
    "LeaseLost",
    "RetryPolicy",
    "claim",
    "enqueue",
    "enqueue_many",
    "finish",
    "give_up",
    "perform",
    "register_lane",
    "register_schedule",
    "retry_later",
    "start_over",
]
