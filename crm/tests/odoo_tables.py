"""Tables of an Odoo, read in tests as a sync reads them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from backoffice.testing.odoo import DATABASE, KEY, LOGIN
from crm.models import DataSource, FieldMapping, MappingRule, SourceRecord, SyncRun
from crm.sources import readers, secrets, setup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backoffice.testing.odoo import OdooServer
    from crm.models.source import Entity, SourceTable

LONG_AGO = dt.datetime(2026, 10, 1, 8, 0, tzinfo=dt.UTC)


def source_at(server: OdooServer) -> DataSource:
    options = {"url": server.url, "database": DATABASE, "login": LOGIN}
    source = setup.create_source("Odoo", "odoo", options=options)
    return secrets.set_key(source.pk, KEY)


def table_of(server: OdooServer, entity: Entity) -> SourceTable:
    """The table of a new source, with a mapping by Odoo's own numbers."""
    table = source_at(server).tables.get(entity=entity)
    mapping = FieldMapping.objects.create(table=table, version=1, status="active")
    MappingRule.objects.create(mapping=mapping, field="key", columns=["id"])
    return table


def read(table: SourceTable, *, full: bool = False, size: int = 10_000) -> list[dict[str, str]]:
    """What a sync would read, with its cursor kept for the next one."""
    with readers.open_table(table, readers.inputs_of(table), full=full) as reader:
        batches = list(reader.batches(size=size))
        columns = reader.columns
        table.cursor = reader.cursor()
    table.save(update_fields=["cursor"])
    rows = [dict(zip(columns, row, strict=True)) for batch in batches for row in batch.rows]
    assert [number for batch in batches for number in batch.numbers] == [
        int(row["id"]) if row["id"].isdecimal() else index
        for index, row in enumerate(rows, start=1)
    ]
    return rows


def just_now() -> dt.datetime:
    """Before the next reading begins, by the whole seconds it counts in."""
    return timezone.now() - dt.timedelta(seconds=5)


def ids(rows: Iterable[dict[str, str]]) -> list[int]:
    return [int(row["id"]) for row in rows]


def remember(table: SourceTable, key: object, number: int) -> None:
    """As a sync would: the key of the source is this row of ours."""
    run, _made = SyncRun.objects.get_or_create(source=table.source, status="done")
    SourceRecord.objects.create(
        source=table.source,
        table=table,
        entity=table.entity,
        key=str(key),
        object_id=number,
        fingerprint="00000000-0000-0000-0000-000000000000",
        last_run=run,
        seen_at=timezone.now(),
    )


def sold(server: OdooServer, at: dt.datetime = LONG_AGO, **values: Any) -> tuple[int, int]:
    """An order with a line: their numbers."""
    order = server.add(
        "sale.order",
        at,
        name="S1",
        state="sale",
        date_order=at,
        partner_id=[41, "Luc"],
        team_id=[2, "Boutique"],
        currency_id=[125, "EUR"],
    )
    line = {
        "order_id": order,
        "order_partner_id": 41,
        "product_id": [201, "Chablis"],
        "state": "sale",
        "product_uom_qty": 6.0,
        "price_unit": 10.0,
        "price_subtotal": 60.0,
        "purchase_price": 4.5,
    }
    return order, server.add("sale.order.line", at, **(line | values))
