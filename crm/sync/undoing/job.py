"""The undo of a run as a job: a slice at a time, each taken back rows' own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.core import jobs
from backoffice.core.jobs import Lane, RetryPolicy
from crm.models import SyncRun
from crm.sync import after
from crm.sync.holding import holding
from crm.sync.running import BUSY, slice_seconds
from crm.sync.undoing import undo

if TYPE_CHECKING:
    from crm.models import SyncRun as Run

Status = SyncRun.Status


def _ended(run: Run) -> None:
    if SyncRun.objects.filter(pk=run.pk, status__in=[Status.UNDONE, Status.FAILED]).exists():
        after.ended(run)


LANE: Lane[SyncRun] = Lane(
    SyncRun,
    waiting=Status.TO_UNDO,
    working=Status.UNDOING,
    # What was taken back stays so; whoever asks again goes on from there.
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=4),
    ended=_ended,
)


def enqueue(run: SyncRun) -> None:
    from crm import tasks  # noqa: PLC0415 - tasks import this module

    jobs.enqueue(tasks.undo, run.pk)


def work(run: SyncRun) -> None:
    """One slice of the undo; the next one is enqueued until the end."""
    with holding(run.source_id) as is_ours:
        if not is_ours:
            # The last batch of a cancelled sync, say.
            due = timezone.now() + BUSY
            tries = max(run.attempts - 1, 0)
            jobs.finish(LANE, run, status=Status.TO_UNDO, attempts=tries, next_attempt_at=due)
            return
        has_ended = undo.advance(run.pk, seconds=slice_seconds())
        with transaction.atomic():
            now = timezone.now()
            if has_ended:
                undo.close(run.pk)
                jobs.finish(LANE, run, status=Status.UNDONE, undone_at=now)
            else:
                jobs.finish(LANE, run, status=Status.UNDOING, attempts=0, queued_at=now)
                enqueue(run)
