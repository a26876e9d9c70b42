"""Reading tables of Odoo, by JSON-2 or XML-RPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm.models import DataSource, SourceTable
    from crm.sources.batches import Reader


def inputs_of(table: SourceTable) -> dict[str, Any]:
    """What has to be kept to read the same again."""
    raise NotImplementedError


def open_table(table: SourceTable, inputs: dict[str, Any], *, full: bool) -> Reader:
    """A reader of the table."""
    raise NotImplementedError


def test_connection(source: DataSource) -> str:
    """A sentence of what was found; raises DomainError."""
    raise NotImplementedError
