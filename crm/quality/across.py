"""What is wrong only beside other rows: outliers, drops of volume, doubles; scores of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from crm.models import Anomaly, Entity, SourceRecord, SyncRun
from crm.quality import anomalies, doubles, outliers, table_score, volume

if TYPE_CHECKING:
    from crm.models import TableRun

# Found here, so resolved here.
CODES = ("outlier", "volume_drop", "same_product", "same_everywhere")
# Of the records known before, a run that met so many has read the whole table.
WHOLE = 0.9


def finish(run: SyncRun, table_run: TableRun) -> None:
    """After a table's last batch: compare its rows, resolve what is gone, write its scores."""
    has_changed = bool(table_run.created or table_run.updated)
    if run.kind != SyncRun.Kind.MENDED and _was_whole(run, table_run):
        _close_what_has_no_key(table_run)
    codes: set[str] = set(CODES) if has_changed else {"volume_drop"}
    if run.kind == SyncRun.Kind.MENDED:
        # Rows that were mended say nothing of the export.
        codes.discard("volume_drop")
    found: list[anomalies.Beside] = []
    if has_changed:
        _count_anew(table_run)
        found += outliers.find(table_run)
        found += doubles.find_products(table_run)
        found += doubles.find_defaults(table_run)
    if run.kind != SyncRun.Kind.MENDED:
        found += volume.find(run, table_run)
    anomalies.replace(table_run, sorted(codes), found)
    table_score.write(table_run)


def _count_anew(table_run: TableRun) -> None:
    """Have the planner know how much was written: it would join a million rows one by one."""
    entity = Entity(table_run.table.entity)
    tables = {"crm_sourcerecord", table_score.TABLES[entity]}
    if entity == Entity.SALE:
        tables.add("crm_customer")
    if entity == Entity.CUSTOMER:
        tables.add("crm_customeridentity")
    with connection.cursor() as cursor:
        # In one order, so that two runs never wait for each other.
        cursor.execute(f"ANALYZE {', '.join(sorted(tables))}")


def _was_whole(run: SyncRun, table_run: TableRun) -> bool:
    """Whether rows that were not met are gone: a file may hold one month, the next another."""
    if not volume.is_whole(run):
        return False
    known = SourceRecord.objects.filter(
        source=run.source_id, entity=table_run.table.entity, table=table_run.table_id
    ).count()
    before = known - table_run.created
    return table_run.updated + table_run.unchanged >= WHOLE * before


def _close_what_has_no_key(table_run: TableRun) -> None:
    """Rows without a key, and second rows with one key, were not met again."""
    gone = (
        Anomaly.objects.filter(table=table_run.table_id, state=Anomaly.State.OPEN)
        .filter(row_number__isnull=False)
        .filter(Q(key="") | Q(code="duplicate_key"))
        .exclude(run=table_run.run_id)
        .exclude(code__in=CODES)
    )
    anomalies.close(list(gone.values_list("pk", flat=True)))
