"""A run in slices: learn, measure, then propose to the customers in the order of their ids."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.jobs import Lane, RetryPolicy
from backoffice.core.jobs.slices import Slices
from crm.models import RecommendationRun
from crm.recommendations.making import requests

Status = RecommendationRun.Status
# Of PostgreSQL's advisory locks: "recommen".
LOCK: Final = 0x7265636F6D6D656E

LANE: Lane[RecommendationRun] = Lane(
    RecommendationRun,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    exhausted=lambda _run: {"finished_at": timezone.now()},
)


def _step(run: RecommendationRun) -> bool:
    from crm.recommendations.making import steps  # noqa: PLC0415 - slow import

    if run.started_at is None:
        run.started_at = timezone.now()
        run.save(update_fields=["started_at"])
    return steps.step(run.pk)


_slices: Slices[RecommendationRun] = Slices(
    LANE,
    lock=LOCK,
    step=_step,
    enqueue=requests.enqueue,
    busy=_("Another process is making recommendations; nothing was done."),
)
work = _slices.work
to_the_end = _slices.to_the_end
