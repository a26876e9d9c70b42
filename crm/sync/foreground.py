"""Syncing a source to its end in this process: what cron does."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import perform
from crm.models import SyncRun
from crm.sync import requests, running
from crm.sync.holding import holding

if TYPE_CHECKING:
    from crm.models import DataSource

Status = SyncRun.Status
# Seconds before a source that was away is asked again; then its table has failed.
PAUSES = (10, 30, 60)


class HeldElsewhere(DomainError):
    """Another process is at work on the source."""

    code = "held_elsewhere"
    conflict = True


def sync_now(source: DataSource, *, full: bool = False) -> list[SyncRun]:
    """The source's runs that came to their end: one that was left half-way, and a new one.

    A run that was left, by a killed command or by a worker, goes on; another is made after it
    only where ``full`` asks for more than it read. Raises HeldElsewhere where another process is
    at work, DomainError where there is nothing to sync. Interrupted, or after an unexpected error
    (which is raised on), the run can go on.
    """
    with holding(source.pk) as is_ours:
        if not is_ours:
            raise _held(_("Another process is syncing “%(source)s”; nothing was done."), source)
        done = []
        left = SyncRun.objects.filter(source=source, status__in=SyncRun.OPEN).first()
        if left is not None:
            if left.status in {Status.TO_UNDO, Status.UNDOING}:
                told = _("A sync of “%(source)s” is being undone: sync again afterwards.")
                raise _held(told, source)
            done.append(_to_its_end(left.pk))
        if left is None or (full and left.kind != SyncRun.Kind.FULL):
            run = requests.request(source, full=full, in_background=False)
            done.append(_to_its_end(run.pk))
        return done


def _to_its_end(run_id: int) -> SyncRun:
    pauses = list(PAUSES)
    try:
        while _take(run_id):
            work = partial(running.work_here, is_patient=bool(pauses))
            perform(running.LANE, run_id, work)
            if pauses and _is_put_off(run_id):
                time.sleep(pauses.pop(0))
    except KeyboardInterrupt:
        _take(run_id)
        raise
    return SyncRun.objects.get(pk=run_id)


def _take(run_id: int) -> bool:
    """Make the run free to be claimed at once; False where it has ended.

    We hold the source's lock, so whoever claimed the run before is not alive any more.
    """
    with transaction.atomic():
        run = SyncRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.status not in {Status.WAITING, Status.RUNNING}:
            return False
        run.claimed_at = run.next_attempt_at = None
        run.attempts = 0
        # Keeps the sweeper away for a while.
        run.queued_at = timezone.now()
        fields = ["claimed_at", "next_attempt_at", "attempts", "queued_at"]
        run.save(update_fields=fields)
    return True


def _is_put_off(run_id: int) -> bool:
    put_off = SyncRun.objects.filter(status=Status.WAITING, next_attempt_at__isnull=False)
    return put_off.filter(pk=run_id).exists()


def _held(sentence: str, source: DataSource) -> HeldElsewhere:
    return HeldElsewhere(sentence % {"source": source}, field="source", value=source.slug)
