"""A source of files with one table and its mapping, for tests of quality."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from crm.models import FieldMapping, MappingRule
from crm.sources import setup
from crm.sync import engine, requests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import DataSource, SourceTable, SyncRun


def a_table(source: DataSource, entity: str, columns: Sequence[str], *rows: str) -> SourceTable:
    """A table whose columns have the canonical names; each row is a line of its CSV."""
    table = setup.add_table(source, entity)
    give(table, columns, *rows)
    mapping = FieldMapping.objects.create(table=table, version=1, status="active")
    MappingRule.objects.bulk_create(
        MappingRule(mapping=mapping, position=place, field=name, columns=[name])
        for place, name in enumerate(columns)
    )
    return table


def give(table: SourceTable, columns: Sequence[str], *rows: str) -> None:
    data = "\r\n".join([";".join(columns), *rows, ""]).encode()
    setup.attach_file(table, io.BytesIO(data), filename=f"{table.entity}.csv")


def sync(source: DataSource) -> SyncRun:
    """Sync it to its end in this process."""
    return to_its_end(requests.request(source, in_background=False))


def to_its_end(run: SyncRun) -> SyncRun:
    assert engine.advance(run.pk)
    run.status = "done"
    run.save(update_fields=["status"])
    errors = [row.error for row in run.table_runs.all()]
    assert errors == [""] * len(errors)
    return run
