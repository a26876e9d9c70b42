"""What is open, counted: for the pages of sources, mappings and quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from crm.models import Anomaly, StagedRow

if TYPE_CHECKING:
    from crm.models import DataSource, SourceTable

Severity = Anomaly.Severity


def anomalies_of(table: SourceTable) -> QuerySet[Anomaly]:
    """The table's open anomalies, the gravest first, then as they stand in the source."""
    order = {severity: place for place, severity in enumerate(Severity)}
    rank = Case(
        *(When(severity=severity, then=Value(place)) for severity, place in order.items()),
        output_field=IntegerField(),
    )
    return table.anomalies.filter(state=Anomaly.State.OPEN).order_by(rank, "row_number", "pk")


def by_severity(of: SourceTable | DataSource) -> dict[str, int]:
    """How many are open of each severity, zeros too."""
    name = "table__source" if of._meta.model_name == "datasource" else "table"  # noqa: SLF001 - Django's public name
    counted = (
        Anomaly.objects.filter(**{name: of.pk}, state=Anomaly.State.OPEN)
        .order_by()
        .values_list("severity")
        .annotate(count=Count("pk"))
    )
    found = dict(counted)
    return {str(severity): found.get(severity, 0) for severity in Severity}


def by_kind(anomalies: QuerySet[Anomaly]) -> list[tuple[str, int]]:
    """How many there are of each kind (a name of crm.problems.CODES), the most frequent first."""
    counted = anomalies.order_by().values_list("code").annotate(count=Count("pk"))
    return sorted(counted, key=lambda one: (-one[1], one[0]))


def waiting(table: SourceTable) -> int:
    """Rows of the table that wait in quarantine."""
    return table.staged_rows.filter(state=StagedRow.State.WAITING).count()
