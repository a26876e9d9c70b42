"""Records of one source that say they are the same thing, and columns that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from crm import canonical
from crm.models import Entity
from crm.quality.anomalies import Beside
from crm.quality.findings import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.models import SourceTable, TableRun

MOST = 500
# In a table of so many rows one value in all of them is a default that somebody left there.
LEAST_ROWS = 50
_TABLES: Mapping[Entity, str] = {
    Entity.CUSTOMER: "crm_customer",
    Entity.PRODUCT: "crm_product",
    Entity.SALE: "crm_sale",
    Entity.STOCK: "crm_stocklevel",
}
# Canonical names and our columns in which records differ.
_DIFFERENT: Mapping[Entity, Mapping[str, str]] = {
    Entity.CUSTOMER: {
        "name": "name",
        "address": "address",
        "postal_code": "postal_code",
        "city": "city",
    },
    Entity.PRODUCT: {"name": "name", "list_price": "list_price", "cost_price": "cost_price"},
    Entity.SALE: {
        "customer_key": "customer_id",
        "product_key": "product_id",
        "sold_on": "sold_on",
        "unit_price": "unit_price",
        "amount": "amount",
    },
    Entity.STOCK: {"quantity": "quantity"},
}
_PRODUCTS = """
    WITH mine AS MATERIALIZED (
        SELECT record.key, record.row_number, product.id, product.barcode,
               lower(product.name) AS name, product.unit, product.bottles,
               coalesce(product.attributes ->> 'vintage', '') AS vintage
        FROM crm_sourcerecord record JOIN crm_product product ON product.id = record.object_id
        WHERE record.source_id = %(source)s AND record.table_id = %(table)s
          AND record.entity = 'product' AND product.is_active
    )
    SELECT 'barcode', key, row_number, barcode, first FROM (
        SELECT *, first_value(key) OVER (PARTITION BY barcode ORDER BY row_number, key) AS first
        FROM mine WHERE barcode <> '') doubled
    WHERE key <> first
    UNION ALL
    SELECT 'name', key, row_number, name, first FROM (
        SELECT *, first_value(key) OVER (PARTITION BY name, unit, bottles, vintage
                                         ORDER BY row_number, key) AS first
        FROM mine WHERE name <> '') doubled
    WHERE key <> first
    ORDER BY 1, 2 LIMIT %(most)s
"""


def find_products(table_run: TableRun) -> list[Beside]:
    """Products of this table with a barcode, or name and vintage, that another one has."""
    table = table_run.table
    if table.entity != Entity.PRODUCT:
        return []
    with connection.cursor() as cursor:
        values = {"source": table.source_id, "table": table.pk, "most": MOST}
        cursor.execute(_PRODUCTS, values)
        rows = cursor.fetchall()
    sentence = _("%(field)s: “%(value)s” is also that of %(first)s. Correct it or merge them.")
    found: dict[str, Beside] = {}
    for name, key, number, value, first in rows:
        field = canonical.field_of(Entity.PRODUCT, name)
        assert field is not None  # noqa: S101 - both names are the list's
        words = {"field": label(field), "value": value, "first": first}
        # One hint for a product is enough.
        found.setdefault(key, Beside("same_product", name, sentence % words, key, number, value))
    return list(found.values())


def _alike_at_first(table: SourceTable) -> Mapping[str, str]:
    """The columns that have one value in the first rows: nearly always none, so none is read."""
    columns = _DIFFERENT.get(Entity(table.entity), {})
    if not columns:
        return {}
    ours = _TABLES[Entity(table.entity)]
    counts = ", ".join(f"count(DISTINCT first.{one})" for one in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {counts} FROM (SELECT ours.* FROM crm_sourcerecord record"  # noqa: S608 - our own names
            f" JOIN {ours} ours ON ours.id = record.object_id"
            " WHERE record.source_id = %s AND record.table_id = %s AND record.entity = %s"
            " LIMIT %s) first",
            [table.source_id, table.pk, table.entity, LEAST_ROWS],
        )
        different = cursor.fetchone()
    return {
        name: column
        for (name, column), count in zip(columns.items(), different, strict=True)
        if count <= 1
    }


def find_defaults(table_run: TableRun) -> list[Beside]:
    """Columns that have one value in all rows, where rows should differ."""
    table = table_run.table
    columns = _alike_at_first(table)
    if not columns:
        return []
    ends = ", ".join(
        f"min({one})::text, max({one})::text, count({one})" for one in columns.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {ends} FROM crm_sourcerecord record"  # noqa: S608 - our own names
            f" JOIN {_TABLES[Entity(table.entity)]} ours ON ours.id = record.object_id"
            " WHERE record.source_id = %s AND record.table_id = %s AND record.entity = %s",
            [table.source_id, table.pk, table.entity],
        )
        rows, *facts = cursor.fetchone()
    if rows < LEAST_ROWS:
        return []
    sentence = _(
        "%(field)s: “%(value)s” in all %(rows)d rows. Leave the column out of the mapping if it is"
        " only a default."
    )
    found = []
    for place, name in enumerate(columns):
        low, high, filled = facts[3 * place : 3 * place + 3]
        field = canonical.field_of(table.entity, name)
        if low and low == high and filled == rows and field is not None:
            # Of a reference our number says nothing to people.
            shown = "…" if field.refers_to else low
            words = {"field": label(field), "value": shown, "rows": rows}
            found.append(Beside("same_everywhere", name, sentence % words, value=shown))
    return found
