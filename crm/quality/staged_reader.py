"""Rows of the quarantine read again, as if they came from the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from crm.quality.mends import in_columns
from crm.sources.batches import BATCH_ROWS, Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from crm.models import SourceTable, StagedRow, TableRun

# What ``TableRun.inputs`` of a run of mended rows has: the ids of its rows.
STAGED = "staged"


def columns_of(table: SourceTable) -> list[str]:
    """The table's columns as its files have them, then those that its mapping or its rows name."""
    columns = [column for file in table.files.order_by("position") for column in file.columns]
    active = table.mappings.filter(status="active").first()
    for rule in active.rules.all() if active else ():
        columns.extend(rule.columns)
    first = table.staged_rows.values_list("raw", flat=True).order_by("pk").first()
    return list(dict.fromkeys([*map(str, columns), *(first or {})]))


class StagedReader:
    """Satisfies ``crm.sources.batches.Reader``; the rows are in the order of their ids."""

    def __init__(self, table: SourceTable, ids: Sequence[int]) -> None:
        self._table = table
        self._ids = sorted(ids)
        self._columns = columns_of(table)

    @property
    def columns(self) -> Sequence[str]:
        return self._columns

    @property
    def expected(self) -> int:
        return len(self._ids)

    def batches(
        self, checkpoint: dict[str, Any] | None = None, size: int = BATCH_ROWS
    ) -> Iterator[Batch]:
        """Mended rows as mended, others as they were read: what they name may be there by now."""
        last = int((checkpoint or {}).get("last", 0))
        left = [pk for pk in self._ids if pk > last]
        for start in range(0, len(left), size):
            chosen = left[start : start + size]
            rows = list(self._table.staged_rows.filter(pk__in=chosen).order_by("pk"))
            yield Batch(
                rows=[in_columns(_values(row), self._columns, ()) for row in rows],
                numbers=[row.row_number for row in rows],
                checkpoint={"last": chosen[-1]},
                mended={place: row.row_hash for place, row in enumerate(rows)},
            )

    def cursor(self) -> dict[str, Any]:
        """Where the table's next sync begins is no matter of mended rows."""
        cursor: dict[str, Any] = self._table.cursor
        return cursor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """There is nothing to close."""


def open_mended(table_run: TableRun) -> StagedReader:
    """A reader of the rows that a run of mended rows was asked for."""
    return StagedReader(table_run.table, table_run.inputs.get(STAGED, []))


def _values(row: StagedRow) -> dict[str, str]:
    values: dict[str, str] = row.raw if row.mended is None else row.mended
    return values
