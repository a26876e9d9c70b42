"""A run in slices: the customers in the order of their ids, then what the day came to.

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
from scoring.leads import requests, steps
from scoring.leads.holding import holding
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from collections.abc import Callable

Status = ScoringRun.Status
# When an attempt that lost its claim is still at a step, the next looks again after so long.
BUSY = timedelta(seconds=15)

LANE: Lane[ScoringRun] = Lane(
    ScoringRun,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    exhausted=lambda _run: {"finished_at": timezone.now()},
)


class UnderWay(DomainError):
    """Another process is scoring customers."""

    code = "already_running"
    conflict = True


def work(run: ScoringRun) -> None:
    """One slice of time by the worker; the next one is enqueued until the end."""
    _go_on(run, then=requests.enqueue)


def to_the_end(run: ScoringRun) -> ScoringRun:
    """All of it here and now, for a command; one that was left half-way goes on.

    Raises UnderWay where another process is at it.
    """
    with holding() as is_ours:
        if not is_ours:
            raise UnderWay(_("Another process is scoring customers; nothing was done."))
        try:
            while _take(run.pk):
                jobs.perform(LANE, run.pk, lambda row: _go_on(row, then=_nothing))
        except KeyboardInterrupt:
            # Whoever comes next need not wait for the end of our claim.
            _take(run.pk)
            raise
    return ScoringRun.objects.get(pk=run.pk)


def _go_on(run: ScoringRun, *, then: Callable[[ScoringRun], None]) -> None:
    with holding() as is_ours:
        if not is_ours:
            _wait_for_the_other(run)
            return
        # A quarter of what a job may take: the step at its end may be a slow one.
        deadline = monotonic() + settings.JOB_TIMEOUT / 4
        try:
            has_ended = steps.step(run)
            while not has_ended and monotonic() < deadline:
                has_ended = steps.step(run)
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
        run = ScoringRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.status not in ScoringRun.OPEN:
            return False
        run.claimed_at = run.next_attempt_at = None
        run.attempts = 0
        # Keeps the sweeper away for a while.
        run.queued_at = timezone.now()
        run.save(update_fields=["claimed_at", "next_attempt_at", "attempts", "queued_at"])
    return True


def _wait_for_the_other(run: ScoringRun) -> None:
    # Its claim ran out while it was at a long step, which commits or rolls back on its own.
    jobs.finish(
        LANE,
        run,
        status=Status.WAITING,
        attempts=max(run.attempts - 1, 0),
        next_attempt_at=timezone.now() + BUSY,
    )


def _nothing(_run: ScoringRun) -> None:
    """The command's own loop makes the next slice."""
