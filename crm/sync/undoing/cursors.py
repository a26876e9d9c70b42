"""Where a table's next sync begins, after an undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from crm.models import SourceTable, SyncRun, TableRun

if TYPE_CHECKING:
    from collections.abc import Iterable


def give_back(run: SyncRun) -> None:
    """Each table begins where the run began, so that the next sync brings everything again.

    Of several runs undone, with nothing read anew since, the earliest one's beginning counts. A
    run of mended rows has moved no cursor.
    """
    if run.kind == SyncRun.Kind.MENDED:
        return
    for table_run in run.table_runs.select_related("table"):
        earliest = min(_undone(run, table_run), key=lambda found: found.run_id)
        SourceTable.objects.filter(pk=table_run.table_id).update(cursor=earliest.cursor_before)


def _undone(run: SyncRun, table_run: TableRun) -> Iterable[TableRun]:
    """This one, and those whose rows an undo took away and no sync has read again."""
    of_table = TableRun.objects.filter(table=table_run.table_id)
    of_table = of_table.exclude(run__kind=SyncRun.Kind.MENDED)
    read = of_table.filter(Q(status=TableRun.Status.DONE) & ~Q(run__status=SyncRun.Status.UNDONE))
    last_read = read.exclude(run=run).order_by("-started_at").values_list("started_at").first()
    undone = of_table.filter(run__status=SyncRun.Status.UNDONE)
    if last_read and last_read[0]:
        undone = undone.filter(run__undone_at__gt=last_read[0])
    return [table_run, *undone]
