"""The data score of a table and of a source, from what is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from crm.models import Anomaly, Entity, SourceRecord, StagedRow, TableRun
from crm.quality import scoring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.models import DataSource, SourceTable

# Of a customer these are no columns; of a million customers they are counted far faster apart.
_IDENTITIES = ("email", "phone")
_WITH_IDENTITY = """
    SELECT count(*) FROM crm_sourcerecord record
    WHERE record.source_id = %(source)s AND record.table_id = %(table)s
      AND record.entity = %(entity)s AND EXISTS (
        SELECT 1 FROM crm_customeridentity i
        WHERE i.customer_id = record.object_id AND i.kind = %(kind)s)
"""
_WINE = (
    "(ours.attributes ?| array['grape_varieties', 'vintage', 'appellation', 'colour', 'alcohol'])"
)
# Our table of an entity, and where a counted field's value stands; a text's column has its name.
TABLES: Mapping[Entity, str] = {
    Entity.CUSTOMER: "crm_customer",
    Entity.PRODUCT: "crm_product",
    Entity.SALE: "crm_sale",
    Entity.STOCK: "crm_stocklevel",
    Entity.INTERACTION: "crm_interaction",
}
_ALWAYS = "true"
_FILLED: Mapping[Entity, Mapping[str, str]] = {
    Entity.CUSTOMER: {
        "name": "ours.name <> '' OR ours.company <> ''",
        "email": "false",
        "phone": "false",
    },
    Entity.PRODUCT: {
        "list_price": "ours.list_price IS NOT NULL",
        "cost_price": "ours.cost_price IS NOT NULL",
    },
    Entity.SALE: {
        "customer_key": _ALWAYS,
        "product_key": _ALWAYS,
        "sold_on": _ALWAYS,
        "quantity": _ALWAYS,
        "unit_price": "ours.unit_price IS NOT NULL",
        "amount": "ours.amount IS NOT NULL",
    },
    Entity.STOCK: {
        "product_key": _ALWAYS,
        "quantity": _ALWAYS,
        "counted_on": "ours.counted_on IS NOT NULL",
    },
    Entity.INTERACTION: {"customer_key": _ALWAYS, "occurred_at": _ALWAYS, "channel": _ALWAYS},
}
# A date of ours that says how fresh a record is; a sale never goes stale, the newest one does.
_DATED: Mapping[Entity, str] = {
    Entity.CUSTOMER: "avg(extract(epoch FROM now() - ours.updated_at) / 86400)",
    Entity.PRODUCT: "avg(extract(epoch FROM now() - ours.updated_at) / 86400)",
    Entity.SALE: "min(%(today)s::date - ours.sold_on)",
    Entity.STOCK: "avg(%(today)s::date - ours.counted_on)",
    Entity.INTERACTION: "min(extract(epoch FROM now() - ours.occurred_at) / 86400)",
}
_DAYS: Mapping[Entity, tuple[int, int]] = {
    Entity.CUSTOMER: (365, 5 * 365),
    Entity.PRODUCT: (365, 5 * 365),
    Entity.SALE: (31, 365),
    Entity.STOCK: (31, 365),
    Entity.INTERACTION: (92, 2 * 365),
}


def write(table_run: TableRun) -> None:
    """Give the run of a table its score and the parts of it."""
    found = parts(table_run.table)
    table_run.data_score = scoring.weigh(found)
    table_run.score_parts = {
        name: None if part is None else round(100 * part) for name, part in found.items()
    }
    table_run.save(update_fields=["data_score", "score_parts"])


def parts(table: SourceTable) -> dict[str, float | None]:
    """Each part between 0 and 1, over the table's records and rows in quarantine."""
    entity = Entity(table.entity)
    records, completeness, age = _facts(table, entity)
    waiting = table.staged_rows.filter(state=StagedRow.State.WAITING).count()
    rows = records + waiting
    if not rows:
        return dict.fromkeys(scoring.WEIGHTS)
    lost = _lost(table)
    if entity == Entity.CUSTOMER:
        lost[scoring.UNIQUENESS] = lost.get(scoring.UNIQUENESS, 0.0) + _in_candidates(table)
    found: dict[str, float | None] = {
        name: max(0.0, 1.0 - lost.get(name, 0.0) / rows) for name in scoring.WEIGHTS
    }
    found[scoring.COMPLETENESS] = completeness
    found[scoring.FRESHNESS] = None
    if age is not None:
        fresh, worthless = _DAYS[entity]
        found[scoring.FRESHNESS] = min(1.0, max(0.0, (worthless - age) / (worthless - fresh)))
    return found


def source_score(source: DataSource) -> int | None:
    """The last scores of its tables, weighted by their records; None before the first sync."""
    total = weight = 0
    for table in source.tables.filter(is_active=True):
        last = (
            TableRun.objects.filter(table=table, data_score__isnull=False).order_by("-pk").first()
        )
        if last is None or last.data_score is None:
            continue
        records = SourceRecord.objects.filter(
            source=source, entity=table.entity, table=table
        ).count()
        rows = max(1, records)
        total += last.data_score * rows
        weight += rows
    return round(total / weight) if weight else None


def _facts(table: SourceTable, entity: Entity) -> tuple[int, float | None, float | None]:
    """Records, their completeness, and the days that say how fresh they are."""
    values: dict[str, Any] = {
        "source": table.source_id,
        "table": table.pk,
        "entity": entity.value,
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), avg({_completeness(entity)}), {_DATED[entity]}"  # noqa: S608 - our own names
            f" FROM crm_sourcerecord record JOIN {TABLES[entity]} ours"
            " ON ours.id = record.object_id WHERE record.source_id = %(source)s"
            " AND record.table_id = %(table)s AND record.entity = %(entity)s",
            values,
        )
        records, completeness, age = cursor.fetchone()
        for kind in _IDENTITIES if records and entity == Entity.CUSTOMER else ():
            cursor.execute(_WITH_IDENTITY, values | {"kind": kind})
            asked = records * len(scoring.counted(entity))
            completeness = float(completeness) + cursor.fetchone()[0] / asked
    return (
        records,
        None if completeness is None else float(completeness),
        None if age is None else float(age),
    )


def _completeness(entity: Entity) -> str:
    """SQL: the share of the fields asked for that one of our rows has."""
    special = _FILLED[entity]
    plain, wine = [], []
    for name in scoring.counted(entity):
        if entity == Entity.PRODUCT and name in scoring.ATTRIBUTES:
            wine.append(f"(ours.attributes ? '{name}')::int")
        else:
            plain.append(f"({special.get(name, f'ours.{name} <> {_QUOTES}')})::int")
    if not wine:
        return f"({' + '.join(plain)})::float8 / {len(plain)}"
    return (
        f"CASE WHEN {_WINE} THEN ({' + '.join(plain + wine)})::float8 / {len(plain + wine)}"
        f" ELSE ({' + '.join(plain)})::float8 / {len(plain)} END"
    )


_QUOTES = "''"


def _lost(table: SourceTable) -> dict[str, float]:
    """What open anomalies take from each part, a record at most one whole."""
    costs = "CASE severity " + " ".join(
        f"WHEN '{severity}' THEN {cost}" for severity, cost in scoring.COSTS.items()
    )
    part = "CASE code " + " ".join(
        f"WHEN '{code}' THEN '{part}'" for code, part in scoring.PARTS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part, sum(least(1, cost)) FROM ("  # noqa: S608 - our own names
            f" SELECT {part} ELSE '{scoring.VALIDITY}' END AS part, sum({costs} END) AS cost"
            " FROM crm_anomaly WHERE table_id = %s AND state = %s AND row_number IS NOT NULL"
            " GROUP BY 1, coalesce(staged_row_id::text, nullif(key, ''), row_number::text)"
            ") lost GROUP BY part",
            [table.pk, Anomaly.State.OPEN.value],
        )
        return {name: float(cost) for name, cost in cursor.fetchall()}


def _in_candidates(table: SourceTable) -> int:
    """Customers of the table who may be there twice: one of each pair is too many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pair.second_id) FROM crm_duplicatecandidate pair"
            " JOIN crm_sourcerecord record ON record.entity = 'customer'"
            " AND record.object_id = pair.second_id"
            " WHERE pair.state = 'open' AND record.table_id = %s",
            [table.pk],
        )
        count: int = cursor.fetchone()[0]
        return count
