"""Taking a run back, exactly.

What the run created is deleted, with its identities and records; what it changed gets its earlier
values back, column by column; what it linked is parted. A row that was edited since (its hash is
not the one the run left: by a person, a later sync, a merge) and a created row that something else
refers to stay as they are, and are told. The statements are in :mod:`crm.sync.undoing.slices`.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from crm.models import Anomaly, DataSource, StagedRow, SyncChange, SyncRun
from crm.sync import requests
from crm.sync.undoing import cursors
from crm.sync.undoing.refusals import refusals
from crm.sync.undoing.slices import slices

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Status = SyncRun.Status
# How long a sync can be undone; then its journal is forgotten (crm.sync.pruning).
KEPT = timedelta(days=30)
# Of each kind of rows, refusals kept with the run for its page; all of them can be downloaded.
SHOWN = 50


@dataclass(slots=True)
class Undone:
    """Rows deleted and restored, and those left alone with the reason, a sentence each."""

    deleted: int = 0
    restored: int = 0
    refused: int = 0
    reasons: list[dict[str, str]] = field(default_factory=list)


def can_undo(run: SyncRun) -> bool:
    """Whether an undo is offered: the run has ended, lately, and something is left of it."""
    if run.status == Status.UNDONE:
        return bool(run.undo_counts.get("refused"))
    ended = run.status in {Status.DONE, Status.FAILED, Status.CANCELLED}
    return ended and timezone.now() - (run.finished_at or run.requested_at) < KEPT


def at_stake(run_id: int) -> dict[str, int]:
    """How many changes an undo would take back, by SyncChange.Action; for who is asked first."""
    changes = SyncChange.objects.filter(run=run_id).order_by()
    # Of some rows only what the source said last is given back: nobody sees that.
    changes = changes.exclude(action=SyncChange.Action.UPDATED, before={})
    return dict(changes.values_list("action").annotate(number=Count("pk")))


def request_undo(run_id: int, *, by: User | None) -> SyncRun:
    """The run is "being undone", in the background; raises DomainError where it cannot be.

    An undone run that had rows left alone may be asked for again: they are looked at anew.
    """
    with transaction.atomic():
        run = _begin(run_id, by=by)
        from crm.sync.undoing import job as undo_job  # noqa: PLC0415 - it carries out what this module says

        jobs.start_over(undo_job.LANE, run)
        undo_job.enqueue(run)
    return run


def undo(run_id: int) -> Undone:
    """What the run created is gone, what it changed is as before, save what was edited since.

    Set-based; safe to run twice.
    """
    advance(run_id)
    with transaction.atomic():
        close(run_id)
    run = SyncRun.objects.get(pk=run_id)
    counts = {name: run.undo_counts.get(name, 0) for name in ("deleted", "restored", "refused")}
    return Undone(**counts, reasons=run.refusals)


def advance(run_id: int, *, seconds: float | None = None) -> bool:
    """Take back for about so long; whether nothing is left to take back."""
    until = math.inf if seconds is None else time.monotonic() + seconds
    return all(time.monotonic() < until for _done in slices(run_id))


def close(run_id: int) -> None:
    """Give back the cursors; forget what only this run saw; list what was left alone."""
    run = SyncRun.objects.get(pk=run_id)
    cursors.give_back(run)
    seen = Q(run=run)
    staged = StagedRow.objects.filter(
        seen, state=StagedRow.State.WAITING, created_at__gte=run.requested_at
    )
    Anomaly.objects.filter(
        seen, state=Anomaly.State.OPEN, first_seen_at__gte=run.requested_at
    ).delete()
    staged.delete()
    run.refusals = list(refusals(run_id, limit=SHOWN))
    run.save(update_fields=["refusals"])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS crm_undo_plan")


def _begin(run_id: int, *, by: User | None) -> SyncRun:
    source_id = SyncRun.objects.values_list("source", flat=True).get(pk=run_id)
    source = DataSource.objects.select_for_update(no_key=True).get(pk=source_id)
    run = SyncRun.objects.select_for_update(no_key=True).get(pk=run_id)
    requests.refuse_if_open(source)
    if not can_undo(run):
        raise _refusal(run)
    SyncChange.objects.filter(run=run).exclude(refusal=None).update(refusal=None)
    done = {name: count for name, count in run.undo_counts.items() if name != "refused"}
    rows = SyncChange.objects.filter(run=run).count()
    run.undo_counts = {**done, "rows": done.get("rows", 0) + rows}
    run.refusals, run.undone_by = [], by
    run.save(update_fields=["undo_counts", "refusals", "undone_by"])
    return run


def _refusal(run: SyncRun) -> DomainError:
    if run.status == Status.UNDONE:
        sentence = _("“%(run)s” is undone already.")
    else:
        sentence = _("“%(run)s” ended more than %(days)d days ago: it cannot be undone any more.")
    words = {"run": run, "days": KEPT.days}
    error = DomainError(sentence % words, code="cannot_undo", field="status", value=run.status)
    error.conflict = True
    return error
