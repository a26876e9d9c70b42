"""Runs with a journal as the engine leaves it, without files: for tests of what comes after."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.utils import timezone

from crm.models import DataSource, Entity, SourceRecord, SourceTable, SyncChange, SyncRun, TableRun
from crm.sync import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

M = TypeVar("M", bound="Model")

ENTITIES = {model: entity for entity, model in journal.MODELS.items()}


def make_source(name: str = "Boutique", **values: Any) -> DataSource:
    return DataSource.objects.create(name=name, slug=name.lower(), kind="files", **values)


def make_table(source: DataSource, entity: str = Entity.CUSTOMER, **values: Any) -> SourceTable:
    return SourceTable.objects.create(source=source, entity=entity, name=entity, **values)


class Sync:
    """A run of a source in which rows are made, changed and linked one by one."""

    def __init__(self, source: DataSource) -> None:
        self.source = source
        self.run = SyncRun.objects.create(
            source=source, status=SyncRun.Status.RUNNING, started_at=timezone.now()
        )

    def table_run(self, table: SourceTable, **values: Any) -> TableRun:
        return TableRun.objects.create(
            run=self.run,
            table=table,
            cursor_before=table.cursor,
            started_at=timezone.now(),
            **values,
        )

    def create(self, row: M, key: str) -> M:
        row.save()
        self._change(row, self.record(row, key), SyncChange.Action.CREATED, None, None)
        return row

    def update(
        self, row: Model, key: str, *, added: dict[str, list[int]] | None = None, **new: Any
    ):
        entity = ENTITIES[type(row)]
        before = self._columns(entity, row.pk, new)
        record = SourceRecord.objects.get(source=self.source, entity=entity, key=key)
        fingerprint, record.fingerprint = record.fingerprint, uuid.uuid4()
        record.save()
        type(row)._default_manager.filter(pk=row.pk).update(**new)
        before |= added or {}
        self._change(row, record, SyncChange.Action.UPDATED, before, fingerprint)

    def link(self, row: Model, key: str, before: dict[str, Any] | None = None) -> None:
        record = self.record(row, key)
        self._change(row, record, SyncChange.Action.LINKED, before, None)

    def record(self, row: Model, key: str) -> SourceRecord:
        entity = ENTITIES[type(row)]
        table = self.source.tables.filter(entity=entity).first()
        return SourceRecord.objects.create(
            source=self.source,
            table=table or make_table(self.source, entity),
            entity=entity,
            key=key,
            object_id=row.pk,
            fingerprint=uuid.uuid4(),
            last_run=self.run,
            seen_at=timezone.now(),
        )

    def end(self, status: str = SyncRun.Status.DONE) -> SyncRun:
        self.run.status = status
        self.run.finished_at = timezone.now()
        self.run.save()
        return self.run

    def _columns(self, entity: str, pk: int, names: Iterable[str]) -> dict[str, Any]:
        parts = ", ".join(f"'{name}', {name}" for name in names)
        query = f"SELECT jsonb_build_object({parts})::text FROM {journal.table(entity)}"  # noqa: S608 - names of ours
        with connection.cursor() as cursor:
            cursor.execute(f"{query} WHERE id = %s", [pk])
            found: dict[str, Any] = json.loads(cursor.fetchone()[0])
        return found

    def _change(
        self,
        row: Model,
        record: SourceRecord,
        action: str,
        before: dict[str, Any] | None,
        old: uuid.UUID | None,
    ) -> None:
        entity = ENTITIES[type(row)]
        query = f"SELECT {journal.row_hash(entity)} FROM {journal.table(entity)} o"  # noqa: S608 - names of ours
        with connection.cursor() as cursor:
            cursor.execute(f"{query} WHERE o.id = %s", [row.pk])
            after = cursor.fetchone()[0]
        SyncChange.objects.create(
            run=self.run,
            entity=entity,
            object_id=row.pk,
            record_id=record.pk,
            action=action,
            before=before,
            fingerprint_before=old,
            after_hash=after,
        )


@contextmanager
def a_sync(source: DataSource) -> Iterator[Sync]:
    """A sync that is done at the end of the block."""
    sync = Sync(source)
    yield sync
    sync.end()


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a sync or an undo writes, save the stamps of when."""
    wanted = {
        journal.table(entity): ", ".join(["id", *columns])
        for entity, columns in journal.COLUMNS.items()
    }
    wanted["crm_customeridentity"] = "customer_id, kind, value, is_confirmed"
    wanted["crm_sourcerecord"] = "source_id, entity, key, object_id, fingerprint"
    found = {}
    with connection.cursor() as cursor:
        for table, columns in wanted.items():
            cursor.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}")  # noqa: S608 - names of ours
            found[table] = cursor.fetchall()
    return found
