"""How a source is doing, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from crm.models import SourceRecord, StagedRow, SyncRun
from crm.quality import counts
from crm.quality.table_score import source_score
from crm.sources import expiry
from crm.sync import history

if TYPE_CHECKING:
    from crm.models import DataSource

Status = SyncRun.Status


def of(source: DataSource) -> dict[str, Any]:
    """A handful of queries for each source; there are few sources."""
    runs = SyncRun.objects.filter(source=source)
    totals = runs.aggregate(all=Count("pk"), failed=Count("pk", filter=Q(status=Status.FAILED)))
    records = SourceRecord.objects.filter(source=source).values("entity").order_by("entity")
    return {
        "source": source.pk,
        "name": source.name,
        "is_active": source.is_active,
        "syncs": totals["all"],
        "failed_syncs": totals["failed"],
        "last_sync": history.with_sums(runs.select_related("source", "requested_by"))
        .order_by("-pk")
        .first(),
        "records": dict(records.annotate(number=Count("pk")).values_list("entity", "number")),
        "data_score": source_score(source),
        "open_anomalies": counts.by_severity(source),
        "rows_in_quarantine": StagedRow.objects.filter(
            table__source=source, state=StagedRow.State.WAITING
        ).count(),
        "key_warning": expiry.warning(source),
    }
