"""What a sync did to our rows, told so that it can be taken back: hashes, earlier values.

One SyncChange per row that a batch created, changed or linked. ``before`` has the earlier values of
the columns that changed, as JSON by column; of a customer also, under :data:`ADDED`, the ids of the
identities that came with the change and, under :data:`CONFIRMED`, of those that it confirmed. A run
may change a row twice (two keys that stand for it): the earliest ``before`` of a column is what the
run found, the latest ``after_hash`` is what it left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Customer, Entity, Interaction, Product, Sale, StockLevel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

MODELS: Mapping[Entity, type[Model]] = {
    Entity.CUSTOMER: Customer,
    Entity.PRODUCT: Product,
    Entity.SALE: Sale,
    Entity.STOCK: StockLevel,
    Entity.INTERACTION: Interaction,
}
# What `before` may hold besides columns.
ADDED = "+identities"
CONFIRMED = "+confirmed"

# What a person or a sync may change of a row; anything else is computed or a date of ours.
COLUMNS: Mapping[Entity, tuple[str, ...]] = {
    Entity.CUSTOMER: (
        "name",
        "company",
        "search_name",
        "address",
        "postal_code",
        "city",
        "country",
        "language",
        "segment",
        "consent_email",
        "consent_sms",
        "consent_phone",
        "notes",
        "archived_at",
        "merged_into_id",
    ),
    Entity.PRODUCT: (
        "sku",
        "name",
        "category",
        "price_segment",
        "description",
        "barcode",
        "attributes",
        "unit",
        "list_price",
        "cost_price",
        "currency",
        "bottles",
        "synonyms",
        "is_active",
    ),
    Entity.SALE: (
        "customer_id",
        "product_id",
        "quantity",
        "amount",
        "currency",
        "unit",
        "bottles",
        "unit_price",
        "cost",
        "document",
        "channel",
        "sold_on",
    ),
    Entity.STOCK: ("product_id", "warehouse", "quantity", "reserved", "counted_on"),
    Entity.INTERACTION: (
        "customer_id",
        "occurred_at",
        "channel",
        "campaign",
        "subject",
        "status",
        "response",
    ),
}

# All confirmed identities count: one that somebody added, took away or corrected is an edit.
# What an order merely taught us of a number is none.
_IDENTITIES = """(
    SELECT string_agg(i.kind || ':' || i.value, E'\\n'
                      ORDER BY i.kind COLLATE "C", i.value COLLATE "C")
    FROM crm_customeridentity i WHERE i.customer_id = {row}.id AND i.is_confirmed)"""


def table(entity: str) -> str:
    """The name of the entity's table."""
    return MODELS[Entity(entity)]._meta.db_table  # noqa: SLF001 - Django's public name for it


def row_hash(entity: str, row: str = "o", identities: str = "") -> str:
    """SQL of the hash of the row with this alias: a bigint, equal while nobody edits the row.

    ``identities``: SQL of a customer's confirmed identities as text, where it is at hand.
    """
    parts = [f"{row}.{column}" for column in COLUMNS[Entity(entity)]]
    if entity == Entity.CUSTOMER:
        parts.append(identities or _IDENTITIES.format(row=row))
    return f"hash_record_extended(ROW({', '.join(parts)}), 0)"


def restore(entity: str, changes: str) -> str:
    """SQL that gives rows their earlier values; identities are not looked at.

    ``changes`` names a table, or a subquery in parentheses, with ``object_id`` and ``before``: one
    row per object.
    """
    columns = COLUMNS[Entity(entity)]
    name = table(entity)
    return f"""
        UPDATE {name} o
        SET ({", ".join(columns)}) = (
            SELECT {", ".join(f"r.{column}" for column in columns)}
            FROM jsonb_populate_record(o, b.before) r),
            updated_at = now()
        FROM {changes} b
        WHERE o.id = b.object_id"""  # noqa: S608 - names of ours
