"""Running a sync: batch by batch, each in one transaction with its checkpoint.

A batch is read, mapped (``crm.mapping.compiled``), checked (``crm.quality.checks``), then, in one
transaction: copied into a temporary table, its references resolved, merged into our tables by
set-based SQL under the mapping's policies, journalled (SyncChange), its records, anomalies,
quarantine, counts and checkpoint written. Killed anywhere, a run goes on at its checkpoint and ends
in the same state.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.private_errors import cut_error
from backoffice.integrations.errors import ServiceError
from crm.mapping.compiled import compile_mapping
from crm.models import SourceTable, SyncRun, TableRun
from crm.quality import recording as quality
from crm.sources import readers
from crm.sources.batches import BATCH_ROWS
from crm.sync.preparing import pipeline
from crm.sync.preparing.work import Work
from crm.sync.writing.batch import Overtaken, write
from crm.sync.writing.turns import writers

if TYPE_CHECKING:
    from crm.sources.batches import Reader

logger = logging.getLogger(__name__)

Status = TableRun.Status
OPEN = (Status.WAITING, Status.RUNNING)


class NotJustNow(Exception):
    """The source is away, for a moment perhaps: asked again later, the run goes on from here.

    ``retry_after``: seconds the source asked for, 0 where it named none.
    """

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


def advance(
    run_id: int,
    *,
    seconds: float | None = None,
    batch_rows: int = BATCH_ROWS,
    is_patient: bool = False,
) -> bool:
    """Work on the run for about so long; whether it has come to its end.

    A table that fails ends with its error and does not stop the others; the run is then failed,
    and what the other tables brought stays. Without ``seconds`` it works to the end. A run that
    somebody stopped meanwhile, or that another process goes on with, has not come to its end.
    ``is_patient``: what may pass by itself fails no table but raises NotJustNow.
    """
    until = None if seconds is None else time.monotonic() + seconds
    run = SyncRun.objects.select_related("source").get(pk=run_id)
    tables = run.table_runs.filter(status__in=OPEN).select_related("table__source", "mapping")
    # Sentences are kept: they are in the company's language, whoever asked for the sync.
    with translation.override(settings.LANGUAGE_CODE):
        left = list(tables.order_by("table__position", "pk"))
        _expect(run, left)
        for table_run in left:
            try:
                if not _advance_table(run, table_run, until, batch_rows):
                    return False
            except Overtaken:
                return False
            except NotJustNow as away:
                if is_patient:
                    raise
                _fail(table_run, str(away))
    return True


def _expect(run: SyncRun, left: list[TableRun]) -> None:
    """Estimate all tables before the first one is read: progress then never jumps back.

    A table that cannot be opened says so when its turn comes.
    """
    if len(left) < 2:  # noqa: PLR2004 - the one that is read says it itself
        return
    is_full = run.kind == SyncRun.Kind.FULL
    for table_run in left:
        if table_run.expected is None and table_run.status == Status.WAITING:
            try:
                with readers.open_table(table_run.table, table_run.inputs, full=is_full) as reader:
                    _note_expected(run, table_run, reader)
            except Exception:  # noqa: BLE001 - told, and logged, when its turn comes
                return


def _note_expected(run: SyncRun, table_run: TableRun, reader: Reader) -> None:
    """Once for each table, however often it is begun."""
    if table_run.expected is not None:
        return
    table_run.expected = reader.expected
    with transaction.atomic():
        table_run.save(update_fields=["expected"])
        SyncRun.objects.filter(pk=run.pk).update(expected=F("expected") + table_run.expected)


def _advance_table(run: SyncRun, table_run: TableRun, until: float | None, batch_rows: int) -> bool:
    """Whether the table has come to its end, good or bad, before the time was over."""
    try:
        return _work_on(run, table_run, until, batch_rows)
    except (DomainError, ServiceError) as error:
        # Of a connector's errors some pass; of what is wrong with a file or a mapping none does.
        if getattr(error, "passing", False):
            pause = getattr(error, "retry_after", None)
            raise NotJustNow(str(error), pause.total_seconds() if pause else 0) from error
        _fail(table_run, str(error))
    except (OperationalError, InterfaceError, Overtaken):
        # The database is away, or another process works on: nothing to write down of the table.
        raise
    except Exception as error:
        cut_error(error)
        logger.exception("table run %s failed", table_run.pk)
        told = _("An unexpected error (%(kind)s) stopped it; the log has the details.")
        _fail(table_run, told % {"kind": type(error).__name__})
    return True


def _work_on(run: SyncRun, table_run: TableRun, until: float | None, batch_rows: int) -> bool:
    if table_run.mapping is None:
        sentence = _("“%(table)s” has no active mapping: activate one first.")
        raise DomainError(sentence % {"table": table_run.table}, code="no_mapping")
    is_full = run.kind == SyncRun.Kind.FULL
    with readers.open_table(table_run.table, table_run.inputs, full=is_full) as reader:
        mapping = compile_mapping(table_run.mapping, reader.columns, run.source)
        _begin(run, table_run, reader)
        work = Work(run, table_run, run.source, mapping, reader.columns)
        batches = reader.batches(table_run.checkpoint or None, batch_rows)
        ready = pipeline.prepared(work, batches, today=timezone.localdate())
        with closing(ready), writers(work, write) as write_one:  # type: ignore[type-var]
            for rows in ready:
                write_one(rows)
                if until is not None and time.monotonic() >= until:
                    return False
        table_run.refresh_from_db()
        _finish(run, table_run, reader)
    return True


def _begin(run: SyncRun, table_run: TableRun, reader: Reader) -> None:
    if table_run.status != Status.WAITING:
        return
    table_run.status = Status.RUNNING
    table_run.started_at = table_run.started_at or timezone.now()
    table_run.save(update_fields=["status", "started_at"])
    _note_expected(run, table_run, reader)


def _finish(run: SyncRun, table_run: TableRun, reader: Reader) -> None:
    """The whole table is there: look at it as a whole, and remember where the next sync begins."""
    with transaction.atomic():
        quality.finish(run, table_run)
        if run.kind != SyncRun.Kind.MENDED:
            quality.remark(table_run, getattr(reader, "remarks", ()))
        SourceTable.objects.filter(pk=table_run.table_id).update(cursor=reader.cursor())
        _end(table_run, Status.DONE)


def _fail(table_run: TableRun, sentence: str) -> None:
    _end(table_run, Status.FAILED, sentence)


def _end(table_run: TableRun, status: Status, error: str = "") -> None:
    TableRun.objects.filter(pk=table_run.pk).update(
        status=status, error=error, finished_at=timezone.now()
    )
