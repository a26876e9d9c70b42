"""Reading tables of iSaVigne's exports, from a folder or uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.sources import files

if TYPE_CHECKING:
    from crm.models import DataSource, SourceTable
    from crm.sources.batches import Reader


def inputs_of(table: SourceTable) -> dict[str, Any]:
    """What has to be kept to read the same again."""
    return files.inputs_of(table)


def open_table(table: SourceTable, inputs: dict[str, Any], *, full: bool) -> Reader:
    """A reader of the table."""
    return files.open_table(table, inputs, full=full)


def test_connection(source: DataSource) -> str:
    """A sentence of what was found; raises DomainError."""
    return files.test_connection(source)
