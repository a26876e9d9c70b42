"""Reading tables of Odoo, by JSON-2 or XML-RPC (docs/crm-odoo.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import DataSource
from crm.models.source import Entity
from crm.sources.odoo import opening, tables
from crm.sources.odoo.reading import OdooReader
from crm.sources.odoo.sales import SalesReader
from crm.sources.odoo.stock import StockReader

if TYPE_CHECKING:
    from backoffice.integrations.odoo import Odoo
    from crm.models import SourceTable
    from crm.sources.batches import Reader

_READERS = {Entity.SALE: SalesReader, Entity.STOCK: StockReader}


def inputs_of(table: SourceTable) -> dict[str, Any]:
    """Where the last sync ended: a run that is resumed begins where it began."""
    return {"since": str(table.cursor.get("since") or "")}


def open_table(table: SourceTable, inputs: dict[str, Any], *, full: bool) -> Reader:
    """A reader of the table; it connects when it is first asked for something."""
    if table.entity not in tables.TABLES:
        sentence = _("Nothing of this kind is read of Odoo: “%(table)s”.") % {"table": table.name}
        raise DomainError(sentence, code="unknown_entity", field="entity", value=table.entity)
    since = str(inputs.get("since") or "")
    reader = _READERS.get(Entity(table.entity), OdooReader)
    return reader(table, since=since, is_full=full or not since)


def test_connection(source: DataSource) -> str:
    """Sign in and count what each table would read; the version is kept. Raises DomainError."""
    # A person waits: what does not answer is told of at once.
    with opening.connection(source, patience=5.0) as client:
        client.check()
        _keep_version(source, client.version)
        counts = [
            f"{_count(client, table)} {table.name}"
            for table in source.tables.filter(is_active=True, entity__in=list(tables.TABLES))
        ]
        told = {"version": client.version, "protocol": client.protocol}
    sentence = _("Odoo %(version)s answers by %(protocol)s.") % told
    return f"{sentence} {', '.join(counts)}." if counts else sentence


def _count(client: Odoo, table: SourceTable) -> int:
    """As many as a full sync reads, as far as Odoo itself can tell."""
    model = tables.TABLES[Entity(table.entity)]
    known = client.fields(model.model)
    return client.count(model.model, tables.domain_of(model, table.options, known))


def _keep_version(source: DataSource, version: str) -> None:
    """Keys of 19 and later expire; which it is nobody asks the server on every page."""
    with transaction.atomic():
        row = DataSource.objects.select_for_update(no_key=True).get(pk=source.pk)
        row.options = source.options = {**row.options, "version": version}
        row.save(update_fields=["options"])
