"""The first rows of a table, read through its reader, for proposals and previews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.sources import readers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import SourceTable
    from crm.sources.batches import BrokenRow

# Enough to see what a column holds.
ROWS = 500


@dataclass(frozen=True, slots=True)
class Read:
    """Columns and first rows, as read; rows that cannot be read apart."""

    columns: Sequence[str]
    rows: list[tuple[str, ...]]
    numbers: list[int]
    broken: Sequence[BrokenRow] = ()


def read(table: SourceTable, limit: int = ROWS) -> Read:
    """At most ``limit`` rows; raises DomainError where the table cannot be read."""
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    with readers.open_table(table, readers.inputs_of(table), full=True) as reader:
        columns = tuple(reader.columns)
        for batch in reader.batches(size=limit):
            rows += batch.rows
            numbers += batch.numbers
            broken += batch.broken
            if len(rows) + len(broken) >= limit:
                break
    return Read(columns, rows[:limit], numbers[:limit], broken[:limit])


def columns(table: SourceTable) -> tuple[str, ...]:
    """The table's headings, nothing taken in; raises DomainError where it cannot be opened."""
    with readers.open_table(table, readers.known_inputs_of(table), full=True) as reader:
        return tuple(reader.columns)
