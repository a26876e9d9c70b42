"""Asking for a sync; at most one of a source is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from crm.mapping import versions
from crm.models import DataSource, FieldMapping, SourceTable, SyncRun, TableRun
from crm.sources import readers
from crm.sync import after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.contrib.auth.models import User

Status = SyncRun.Status
# Ends from which a run can go on.
STOPPED = (Status.FAILED, Status.CANCELLED)


class AlreadyRunning(DomainError):
    """A run of the source is under way; ``value`` is its number."""

    code = "already_running"
    conflict = True


def request(
    source: DataSource, *, by: User | None = None, full: bool = False, in_background: bool = True
) -> SyncRun:
    """A waiting run of the source's active tables, enqueued; raises DomainError.

    With a run under way: AlreadyRunning (``conflict``), which names it. A source that is switched
    off, or has a table without an active mapping, says so.
    """
    if not source.is_active:
        raise _refused(_("“%(source)s” is switched off: switch it on first."), source, "inactive")
    tables = _ready_tables(source)
    inputs = {table.pk: readers.inputs_of(table) for table in tables}
    kind = SyncRun.Kind.FULL if full else SyncRun.Kind.CHANGES
    return begin(source, tables, inputs, kind=kind, by=by, in_background=in_background)


def begin(  # noqa: PLR0913 - what a run is
    source: DataSource,
    tables: Sequence[SourceTable],
    inputs: Mapping[int, dict[str, Any]],
    *,
    kind: SyncRun.Kind,
    by: User | None = None,
    in_background: bool = True,
) -> SyncRun:
    """A waiting run of these tables, each with the ``inputs`` under its id; AlreadyRunning."""
    with transaction.atomic():
        # Who asks at the same instant waits here, so that the constraint is never met.
        DataSource.objects.select_for_update(no_key=True).get(pk=source.pk)
        refuse_if_open(source)
        run = SyncRun.objects.create(
            source=source, kind=kind, requested_by=by, queued_at=timezone.now()
        )
        # Read under the lock: an undo that has just ended gave other cursors back.
        ids = [table.pk for table in tables]
        cursors = dict(SourceTable.objects.filter(pk__in=ids).values_list("pk", "cursor"))
        if len(cursors) < len(ids):
            sentence = _("The tables of “%(source)s” were changed meanwhile: sync again.")
            error = _refused(sentence, source, "changed")
            error.conflict = True
            raise error
        active = FieldMapping.objects.filter(table__in=ids, status=FieldMapping.Status.ACTIVE)
        mappings = {found.table_id: found for found in active.select_related("table__source")}
        TableRun.objects.bulk_create(
            TableRun(
                run=run,
                table=table,
                mapping=mappings.get(table.pk),
                mapping_score=_score(mappings.get(table.pk)),
                inputs=inputs[table.pk],
                cursor_before=cursors[table.pk],
            )
            for table in tables
        )
        if in_background:
            enqueue(run)
    return run


def cancel(run_id: int) -> SyncRun:
    """The run stops after the batch it is at; what it brought stays. Raises DomainError."""
    with transaction.atomic():
        run = SyncRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.status not in {Status.WAITING, Status.RUNNING}:
            raise _too_late(run, _("“%(run)s” is “%(status)s”: there is nothing to stop."))
        run.status = Status.CANCELLED
        # Takes the claim away from who is at work on it.
        run.claimed_at = run.next_attempt_at = run.queued_at = None
        run.finished_at = timezone.now()
        fields = ["status", "claimed_at", "next_attempt_at", "queued_at", "finished_at"]
        run.save(update_fields=fields)
        after.tell(run)
    return run


def resume(run_id: int) -> SyncRun:
    """A failed or cancelled run goes on where it stopped, its failed tables too.

    Raises DomainError where another sync of the source has begun since: that one is newer.
    """
    with transaction.atomic():
        source_id = SyncRun.objects.values_list("source", flat=True).get(pk=run_id)
        source = DataSource.objects.select_for_update(no_key=True).get(pk=source_id)
        run = SyncRun.objects.select_for_update(no_key=True).get(pk=run_id)
        if run.status not in STOPPED or run.undo_counts:
            raise _too_late(run, _("“%(run)s” is “%(status)s”: it cannot go on."))
        refuse_if_open(source)
        if SyncRun.objects.filter(source=source, pk__gt=run.pk).exists():
            raise _too_late(run, _("A newer sync than “%(run)s” has been made: sync again."))
        failed = run.table_runs.filter(status=TableRun.Status.FAILED)
        failed.update(status=TableRun.Status.WAITING, error="", finished_at=None)
        from crm.sync.running import LANE  # noqa: PLC0415 - it asks this module what is wanted

        jobs.start_over(LANE, run, finished_at=None)
        enqueue(run)
    return run


def is_wanted(run_id: int) -> bool:
    """Whether the run is to go on; asked after every batch, for somebody may have cancelled it."""
    return SyncRun.objects.filter(pk=run_id, status=Status.RUNNING).exists()


def refuse_if_open(source: DataSource) -> None:
    """Raise AlreadyRunning where a run of the source is waiting, running or being undone."""
    run = SyncRun.objects.filter(source=source, status__in=SyncRun.OPEN).first()
    if run is None:
        return
    sentence = _("A sync of “%(source)s” is under way: %(run)s, %(status)s, since %(at)s.") % {
        "source": source,
        "run": f"#{run.pk}",
        "status": run.get_status_display(),
        "at": f"{timezone.localtime(run.started_at or run.requested_at):%d/%m/%Y %H:%M}",
    }
    raise AlreadyRunning(sentence, field="source", value=run.pk)


def enqueue(run: SyncRun) -> None:
    from crm import tasks  # noqa: PLC0415 - tasks import the engine

    jobs.enqueue(tasks.sync, run.pk)


def _score(mapping: FieldMapping | None) -> int | None:
    # Of what is mapped: the columns of this time's file do not change it.
    return versions.coverage(mapping, ()).score if mapping else None


def _ready_tables(source: DataSource) -> Sequence[SourceTable]:
    active = FieldMapping.objects.filter(status=FieldMapping.Status.ACTIVE)
    tables = list(
        source.tables.filter(is_active=True)
        .select_related("source")
        .prefetch_related(Prefetch("mappings", active, to_attr="active_mappings"))
    )
    if not tables:
        raise _refused(
            _("“%(source)s” has no active table: add one, or switch one on."), source, "no_tables"
        )
    # A table that the built-in mapping fits wholly waits for nobody.
    unready = [
        table
        for table in tables
        if not table.active_mappings and versions.ensure_active(table) is None
    ]
    # Of iSaVigne's four exports some estates use two: a table that never had a file waits for it.
    empty = {table for table in unready if _never_had_file(table)}
    unmapped = [table.name for table in unready if table not in empty]
    if empty and len(empty) == len(tables):
        sentence = _("“%(source)s” has no file yet: upload one, or export into its folder.")
        raise _refused(sentence, source, "no_file")
    if unmapped:
        told = _("No mapping is active for %(tables)s of “%(source)s”: activate one first.")
        words = {"tables": ", ".join(unmapped), "source": source}
        raise DomainError(told % words, code="no_mapping", field="tables", value=unmapped)
    return [table for table in tables if table not in empty]


def _never_had_file(table: SourceTable) -> bool:
    return table.source.kind == DataSource.Kind.ISAVIGNE and not table.files.exists()


def _refused(sentence: str, source: DataSource, code: str) -> DomainError:
    return DomainError(sentence % {"source": source}, code=code, field="source", value=source.slug)


def _too_late(run: SyncRun, sentence: str) -> DomainError:
    words = {"run": run, "status": run.get_status_display()}
    error = DomainError(sentence % words, code="wrong_status", field="status", value=run.status)
    error.conflict = True
    return error
