"""What staff arrange on a source's page: what a table holds, which files belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import DataSource, Entity, SourceFile, SourceRecord, SourceTable, SyncRun
from crm.sources import setup
from crm.sources.files.table_rows import unique

if TYPE_CHECKING:
    from collections.abc import Sequence

Status = SyncRun.Status


def switch(source_id: int, *, on: bool) -> DataSource:
    """Sync the source again, or no more; its data stay as they are."""
    with transaction.atomic():
        source = DataSource.objects.select_for_update(no_key=True).get(pk=source_id)
        source.is_active = on
        source.save(update_fields=["is_active", "updated_at"])
    return source


def switch_table(table_id: int, *, on: bool) -> SourceTable:
    """Have syncs read the table, or leave it out."""
    with transaction.atomic():
        table = SourceTable.objects.select_for_update(no_key=True).get(pk=table_id)
        table.is_active = on
        table.save(update_fields=["is_active"])
    return table


def hold(table_id: int, entity: str) -> SourceTable:
    """The table holds another kind of rows: its mappings are gone, they named other fields.

    Raises DomainError once rows of it have been taken over: they are what they are.
    """
    with transaction.atomic():
        table = _unsynced(table_id)
        if entity not in Entity.values:
            sentence = _("A table cannot hold “%(value)s”.") % {"value": entity}
            raise DomainError(sentence, code="unknown_entity", field="entity", value=entity)
        if table.entity != entity:
            _forget_syncs(table)
            table.mappings.all().delete()
            table.entity = entity
            # Behind what its rows may name.
            table.position = list(Entity.values).index(entity) * 10
            table.save(update_fields=["entity", "position"])
    return table


def join(file_id: int, *, to_table_id: int, join_from: str, join_to: str) -> SourceFile:
    """Have the file add its columns to another table's rows; a table it leaves empty is gone.

    Raises DomainError where a column does not exist, or the table has been synced already.
    """
    with transaction.atomic():
        file = SourceFile.objects.select_for_update(no_key=True).get(pk=file_id)
        home = _unsynced(file.table_id)
        table = SourceTable.objects.select_for_update(no_key=True).get(pk=to_table_id)
        if table.source_id != home.source_id or table == home:
            sentence = _("“%(file)s” can only join another table of the same source.")
            raise DomainError(sentence % {"file": file}, code="wrong_table", field="table")
        if home.files.count() > 1:
            sentence = _("Other files are joined to “%(file)s”: take them out first.")
            raise DomainError(sentence % {"file": file}, code="has_joins", field="table")
        _check_column("join_from", join_from, columns_of(table))
        _check_column("join_to", join_to, file.columns)
        last = table.files.aggregate(last=Max("position"))["last"]
        file.table, file.position = table, 0 if last is None else last + 1
        file.join_from, file.join_to = join_from, join_to
        file.save(update_fields=["table", "position", "join_from", "join_to"])
        _forget_syncs(home)
        home.delete()
    return file


def join_all(table_id: int, joins: Sequence[tuple[int, str, str]]) -> SourceTable:
    """Join files one after the other, each as (file, our column, its column); all or none."""
    with transaction.atomic():
        for file_id, join_from, join_to in joins:
            join(file_id, to_table_id=table_id, join_from=join_from, join_to=join_to)
    return SourceTable.objects.select_related("source").get(pk=table_id)


def rejoin(file_id: int, *, join_from: str, join_to: str) -> SourceFile:
    """Join the file by other columns; raises DomainError where one does not exist."""
    with transaction.atomic():
        file = SourceFile.objects.select_for_update(no_key=True).get(pk=file_id)
        _check_column("join_from", join_from, columns_of(file.table, before=file.position))
        _check_column("join_to", join_to, file.columns)
        file.join_from, file.join_to = join_from, join_to
        file.save(update_fields=["join_from", "join_to"])
    return file


def part(file_id: int, entity: str) -> SourceTable:
    """Take a joined file out: it is a table of its own again. Raises DomainError."""
    with transaction.atomic():
        file = SourceFile.objects.select_for_update(no_key=True).get(pk=file_id)
        if file.position == 0:
            sentence = _("“%(file)s” holds the table's rows: it cannot be taken out.")
            raise DomainError(sentence % {"file": file}, code="first_file", field="file")
        source = file.table.source
        table = setup.add_table(source, entity, free_name(source, file.filename))
        file.table, file.position, file.join_from, file.join_to = table, 0, "", ""
        file.save(update_fields=["table", "position", "join_from", "join_to"])
    return table


def remove_table(table_id: int) -> None:
    """The table with its files and mappings is gone; raises DomainError once it was synced."""
    with transaction.atomic():
        table = _unsynced(table_id)
        _forget_syncs(table)
        table.delete()


def columns_of(table: SourceTable, *, before: int | None = None) -> list[str]:
    """The columns of the table's rows with all that is joined (up to a place); one query."""
    columns: list[str] = []
    for file in table.files.all():
        if before is None or file.position < before:
            columns += unique(file.columns, columns)
    return columns


def free_name(source: DataSource, filename: str) -> str:
    """A name for a table of the file: its own without the ending, with a number where taken."""
    stem = filename.rsplit(".", 1)[0].strip()[:70] or _("table")
    taken = set(source.tables.values_list("name", flat=True))
    names = (stem, *(f"{stem} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _unsynced(table_id: int) -> SourceTable:
    """The table, locked, that no sync has taken rows from."""
    source_id = SourceTable.objects.values_list("source", flat=True).get(pk=table_id)
    # Who asks for a sync waits here, and finds the table as it is then.
    DataSource.objects.select_for_update(no_key=True).get(pk=source_id)
    table = SourceTable.objects.select_for_update(no_key=True).get(pk=table_id)
    taken_over = table.runs.filter(read__gt=F("rejected")).exclude(run__status=Status.UNDONE)
    open_run = table.runs.filter(run__status__in=SyncRun.OPEN)
    # What an undo left alone is ours, and known by its key.
    left = SourceRecord.objects.filter(source=source_id, table=table)
    if taken_over.exists() or open_run.exists() or left.exists():
        sentence = _("“%(table)s” has been synced: undo its syncs first, or add another table.")
        raise DomainError(sentence % {"table": table.name}, code="synced", field="table")
    return table


def _forget_syncs(table: SourceTable) -> None:
    """What is left of syncs that took nothing over: rows refused as what they are not, mostly."""
    table.anomalies.all().delete()
    table.staged_rows.all().delete()
    table.runs.all().delete()


def _check_column(field: str, column: str, columns: Sequence[str]) -> None:
    if column not in columns:
        sentence = _("There is no column “%(column)s”. There are: %(columns)s.")
        words = {"column": column, "columns": ", ".join(columns)}
        raise DomainError(sentence % words, code="unknown_column", field=field, value=column)
