"""Forgetting what nobody needs any more of old syncs."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from crm.models import SyncChange, SyncRun
from crm.sources.files import keeping
from crm.sync.undoing.undo import KEPT

# Rows of one statement, so that none holds its locks for long.
SLICE = 50_000


def prune() -> int:
    """Delete the journals of runs that ended long ago, and files that nothing refers to.

    The number of rows gone.
    """
    keeping.prune()
    old = timezone.now() - KEPT
    ended = SyncRun.objects.exclude(status__in=SyncRun.OPEN)
    runs = ended.filter(Q(finished_at__lt=old) | Q(finished_at=None, requested_at__lt=old))
    gone = 0
    # One run after another: the journal is found by its run.
    for run_id in list(runs.filter(changes__isnull=False).distinct().values_list("pk", flat=True)):
        gone += _forget(run_id)
    return gone


def _forget(run_id: int) -> int:
    gone = 0
    while ids := list(SyncChange.objects.filter(run=run_id).values_list("pk", flat=True)[:SLICE]):
        gone += SyncChange.objects.filter(pk__in=ids).delete()[0]
    return gone
