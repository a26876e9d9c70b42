"""The quarantine by table: what waits, what was mended and not run again, what may run by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from crm.models import Anomaly, SourceTable, StagedRow
from crm.quality.quarantine import REFERENCES

if TYPE_CHECKING:
    from collections.abc import Sequence

State = StagedRow.State


@dataclass(frozen=True, slots=True)
class Held:
    """What a table has in quarantine; rows that name what was not there are among the waiting."""

    table: SourceTable
    waiting: int
    mended: int
    references: int


def tables() -> Sequence[Held]:
    """The tables with rows to decide on; one query for all of them and one for their names."""
    unsolved = Anomaly.objects.filter(staged_row=OuterRef("pk")).exclude(
        state=Anomaly.State.RESOLVED
    )
    counted = (
        StagedRow.objects.exclude(state=State.DISMISSED)
        .annotate(is_open=Exists(unsolved))
        .annotate(is_reference=Exists(unsolved.filter(code__in=REFERENCES)))
        .order_by()
        .values("table")
        .annotate(
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            mended=Count("pk", filter=Q(state=State.MENDED, is_open=True)),
            references=Count("pk", filter=Q(state=State.WAITING, is_reference=True)),
        )
    )
    found = {row["table"]: row for row in counted if row["waiting"] or row["mended"]}
    named = SourceTable.objects.select_related("source").filter(pk__in=found)
    return [
        Held(table, *(found[table.pk][name] for name in ("waiting", "mended", "references")))
        for table in named.order_by("source__name", "position", "pk")
    ]
