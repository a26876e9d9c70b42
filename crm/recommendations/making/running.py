"""A run in slices: learn, measure, then propose to the customers in the order of their ids.

Each step commits its place with its effects, so that a killed worker's run goes on there and ends
with the same rows.
"""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from backoffice.core.jobs import Lane, RetryPolicy
from crm.models import RecommendationRun
from crm.recommendations.making import requests
from crm.recommendations.making.holding import holding

if TYPE_CHECKING:
    from collections.abc import Callable

Status = RecommendationRun.Status
# When an attempt that lost its claim is still at a step, the next looks again after so long.
BUSY = timedelta(seconds=15)

LANE: Lane[RecommendationRun] = Lane(
    RecommendationRun,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    exhausted=lambda _run: {"finished_at": timezone.now()},
)


class UnderWay(DomainError):
    """Another process is making recommendations."""

    code = "already_running"
    conflict = True


def slice_seconds() -> float:
    """A quarter of what a job may take: the step at its end may be a slow one."""
    return float(settings.JOB_TIMEOUT) / 4


def work(run: RecommendationRun) -> None:
    """One slice by the worker; the next one is enqueued until the end."""
    _slice(run, then=requests.enqueue)


def to_the_end(run: RecommendationRun) -> RecommendationRun:
    """All of it here and now, for a command; one that was left half-way goes on.

    Raises UnderWay where another process is at it.
    """
    with holding() as is_ours:
        if not is_ours:
            raise UnderWay(_("Another process is making recommendations; nothing was done."))
        try:
            while _take(run.pk):
                jobs.perform(LANE, run.pk, lambda row: _slice(row, then=_nothing))
        except KeyboardInterrupt:
            _take(run.pk)
            raise
    return RecommendationRun.objects.get(pk=run.pk)


def _slice(run: RecommendationRun, *, then: Callable[[RecommendationRun], None]) -> None:
    from crm.recommendations.making import steps  # noqa: PLC0415 - slow import

    with holding() as is_ours:
        if not is_ours:
            _wait_for_the_other(run)
            return
        if run.started_at is None:
            run.started_at = timezone.now()
            run.save(update_fields=["started_at"])
        deadline = monotonic() + slice_seconds()
        try:
            has_ended = steps.step(run.pk)
            while not has_ended and monotonic() < deadline:
                has_ended = steps.step(run.pk)
        except DomainError as error:
            jobs.finish(
                LANE, run, status=Status.FAILED, error=str(error), finished_at=timezone.now()
            )
            return
    now = timezone.now()
    with transaction.atomic():
        if has_ended:
            jobs.finish(LANE, run, status=Status.DONE, finished_at=now)
            return
        # It got on: the next slice is a first attempt.
        jobs.finish(LANE, run, status=Status.RUNNING, attempts=0, queued_at=now)
        then(run)


def _take(run_id: int) -> bool:
    """Make the run free to be claimed at once; False where it has ended.

    We hold the lock, so whoever claimed the run before is not alive any more.
    """
    with transaction.atomic():
        run = RecommendationRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.status not in RecommendationRun.OPEN:
            return False
        run.claimed_at = run.next_attempt_at = None
        run.attempts = 0
        # Keeps the sweeper away for a while.
        run.queued_at = timezone.now()
        fields = ["claimed_at", "next_attempt_at", "attempts", "queued_at"]
        run.save(update_fields=fields)
    return True


def _wait_for_the_other(run: RecommendationRun) -> None:
    # Its claim ran out while it was at a long step, which commits or rolls back on its own.
    jobs.finish(
        LANE,
        run,
        status=Status.WAITING,
        attempts=max(run.attempts - 1, 0),
        next_attempt_at=timezone.now() + BUSY,
    )


def _nothing(_run: RecommendationRun) -> None:
    """The command's own loop makes the next slice."""
