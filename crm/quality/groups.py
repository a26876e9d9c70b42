"""Rows of the quarantine with the same fault, to be mended together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from crm.models import Anomaly, StagedRow
from crm.problems import CODES
from crm.quality import quarantine
from crm.quality.trial import field_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from crm.models import SourceTable

MOST = 100


@dataclass(frozen=True, slots=True)
class Group:
    """The waiting rows that were refused for one value of one field."""

    code: str
    field: str
    value: str
    count: int
    sentence: str
    # Where the value stands; of several columns a person has to look at the row.
    columns: Sequence[str]

    @property
    def kind(self) -> _StrOrPromise:
        return CODES.get(self.code, self.code)

    @property
    def column(self) -> str:
        return self.columns[0] if len(self.columns) == 1 else ""


def groups(table: SourceTable) -> list[Group]:
    """The same faults together, the most frequent first."""
    columns = field_columns(table)
    counted = (
        _refusing(table)
        .order_by()
        .values("code", "field", "value")
        .annotate(count=Count("staged_row", distinct=True), sentence=Max("sentence"))
        .order_by("-count", "code", "field", "value")
    )
    return [Group(**row, columns=columns.get(row["field"], ())) for row in counted[:MOST]]


def mend_group(  # noqa: PLR0913 - what makes a group, and its mend
    table: SourceTable, *, code: str, field: str, value: str, new: str, by: User | None
) -> int:
    """Write ``new`` where the rows of the group have ``value``; how many rows. They run later."""
    columns = field_columns(table).get(field, [])
    if len(columns) != 1:
        return 0
    rows = _refusing(table).filter(code=code, field=field, value=value)
    ids = set(rows.values_list("staged_row", flat=True))
    return quarantine.mend_many(ids, column=columns[0], new=new, old=value, by=by)


def dismiss_group(table: SourceTable, *, code: str, field: str, value: str, by: User | None) -> int:
    """Never mind the rows of the group; how many."""
    rows = _refusing(table).filter(code=code, field=field, value=value)
    ids = sorted(set(rows.values_list("staged_row", flat=True)))
    for row_id in ids:
        quarantine.dismiss(row_id, by)
    return len(ids)


def _refusing(table: SourceTable) -> QuerySet[Anomaly]:
    return Anomaly.objects.filter(
        table=table,
        state=Anomaly.State.OPEN,
        severity=Anomaly.Severity.CRITICAL,
        staged_row__state=StagedRow.State.WAITING,
    )
