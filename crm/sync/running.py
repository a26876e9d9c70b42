"""Carrying a run out, a slice at a time: one attempt of a job, or of the command."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import jobs
from backoffice.core.jobs import Lane, RetryPolicy
from crm.models import SyncRun, TableRun
from crm.sync import after, engine, requests
from crm.sync.holding import holding

if TYPE_CHECKING:
    from collections.abc import Callable

Status = SyncRun.Status
# A source that asks for a longer pause is not waited for: nothing else could be synced meanwhile.
LONGEST_PAUSE = timedelta(hours=1)
# When an attempt that lost its claim is still at a batch, the next looks again after so long.
BUSY = timedelta(seconds=15)


def slice_seconds() -> float:
    """Half of what a job may take: the batch at the end of a slice has the other half."""
    return float(settings.JOB_TIMEOUT) / 2


def _ended(run: SyncRun) -> None:
    if SyncRun.objects.filter(pk=run.pk, status__in=[Status.DONE, Status.FAILED]).exists():
        after.ended(run)


LANE: Lane[SyncRun] = Lane(
    SyncRun,
    waiting=Status.WAITING,
    working=Status.RUNNING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    exhausted=lambda _run: {"finished_at": timezone.now()},
    ended=_ended,
)


def work(run: SyncRun) -> None:
    """One slice of the run by the worker; the next one is enqueued until the end."""
    is_patient = run.attempts < LANE.policy.max_attempts
    _slice(run, then=requests.enqueue, is_patient=is_patient)


def work_here(run: SyncRun, *, is_patient: bool = False) -> None:
    """One slice of the run in this process, which makes the next ones itself.

    ``is_patient``: a source that is away for a moment puts the run off instead of failing it.
    """
    _slice(run, then=_nothing, is_patient=is_patient)


def _slice(run: SyncRun, *, then: Callable[[SyncRun], None], is_patient: bool) -> None:
    with holding(run.source_id) as is_ours:
        if not is_ours:
            _wait_for_the_other(run)
            return
        if run.started_at is None:
            run.started_at = timezone.now()
            run.save(update_fields=["started_at"])
        away = None
        try:
            has_ended = engine.advance(run.pk, seconds=slice_seconds(), is_patient=is_patient)
        except engine.NotJustNow as error:
            away, has_ended = error, False
    if not requests.is_wanted(run.pk):
        # Cancelled: who did so has written the end, but could not know of the batch at its end.
        after.tell(run)
        return
    if away is not None:
        pause = min(away.retry_after, LONGEST_PAUSE.total_seconds())
        jobs.retry_later(LANE, run, str(away), retry_after=pause)
        return
    if has_ended:
        _finish(run)
        return
    with transaction.atomic():
        # It got on: the next slice is a first attempt.
        now = timezone.now()
        jobs.finish(LANE, run, status=Status.RUNNING, attempts=0, queued_at=now)
        then(run)


def _finish(run: SyncRun) -> None:
    failed = list(
        run.table_runs.filter(status=TableRun.Status.FAILED)
        .order_by("table__position", "pk")
        .values_list("table__name", "error")
    )
    error = ""
    if failed:
        told = ngettext("%(count)d table failed.", "%(count)d tables failed.", len(failed))
        parts = [_("%(table)s: %(error)s") % {"table": name, "error": why} for name, why in failed]
        error = "\n".join([told % {"count": len(failed)}, *parts])
    status = Status.FAILED if failed else Status.DONE
    jobs.finish(LANE, run, status=status, error=error, finished_at=timezone.now())


def _wait_for_the_other(run: SyncRun) -> None:
    # Its claim ran out while it was at a long batch, which commits or rolls back on its own.
    jobs.finish(
        LANE,
        run,
        status=Status.WAITING,
        attempts=max(run.attempts - 1, 0),
        next_attempt_at=timezone.now() + BUSY,
    )


def _nothing(_run: SyncRun) -> None:
    """The command's own loop makes the next slice."""
