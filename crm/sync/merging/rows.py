"""Staged rows into a table of ours: new ones inserted, others changed where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Entity
from crm.sync import journal

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from crm.sync.merging.plans import Plan

# Tables without a column for when a row was made.
_NO_CREATED_AT = {Entity.STOCK}


def lock(cursor: CursorWrapper, entity: Entity) -> None:
    """Hold the rows that may change, in the order in which everybody locks them."""
    cursor.execute(
        f"""
        SELECT count(*) FROM (
            SELECT o.id FROM {journal.table(entity)} o
            WHERE o.id IN (SELECT s.object_id FROM sync_stage s WHERE NOT s.is_new)
            ORDER BY o.id FOR NO KEY UPDATE) held"""  # noqa: S608 - names of ours
    )


def insert(cursor: CursorWrapper, entity: Entity, plan: Plan) -> int:
    """Write the new rows; how many."""
    values = {"id": "s.object_id"}
    values |= {part.column: part.insert for part in plan.assignments}
    if entity not in _NO_CREATED_AT:
        values["created_at"] = "now()"
    values["updated_at"] = "now()"
    values |= plan.fixed
    cursor.execute(
        f"""
        INSERT INTO {journal.table(entity)} ({", ".join(values)})
        SELECT {", ".join(values.values())}
        FROM sync_stage s {plan.joins} WHERE s.is_new ORDER BY {plan.order}"""  # noqa: S608 - names of ours
    )
    return int(cursor.rowcount)


def merge(cursor: CursorWrapper, entity: Entity, plan: Plan) -> int:
    """Find the rows that differ and what they shall be, in ``sync_merge``; how many."""
    parts = [part for part in plan.assignments if part.update]
    if not parts:
        return 0
    table = journal.table(entity)
    made = ", ".join(f"{part.update} AS {part.column}" for part in parts)
    new = ", ".join(f"m.{part.column}" for part in parts)
    old = ", ".join(f"o.{part.column}" for part in parts)
    cursor.execute(
        f"""
        DROP TABLE IF EXISTS sync_merge;
        CREATE TEMPORARY TABLE sync_merge ON COMMIT DROP AS
        SELECT o.id, m.*
        FROM sync_stage s {plan.joins} JOIN {table} o ON o.id = s.object_id
        CROSS JOIN LATERAL (SELECT {made}) m
        WHERE NOT s.is_new AND ROW({new}) IS DISTINCT FROM ROW({old})"""  # noqa: S608 - names of ours
    )
    cursor.execute("SELECT count(*) FROM sync_merge")
    return int(cursor.fetchone()[0])


def update(cursor: CursorWrapper, entity: Entity, columns: list[str]) -> None:
    """Write ``sync_merge``, and down what was there before."""
    table = journal.table(entity)
    before = " || ".join(
        f"CASE WHEN m.{name} IS DISTINCT FROM o.{name}"
        f" THEN jsonb_build_object('{name}', o.{name}) ELSE '{{}}' END"
        for name in columns
    )
    cursor.execute(
        f"""
        INSERT INTO sync_touched (object_id, before)
        SELECT o.id, {before} FROM sync_merge m JOIN {table} o ON o.id = m.id"""  # noqa: S608 - names of ours
    )
    cursor.execute(
        f"""
        UPDATE {table} o SET {", ".join(f"{name} = m.{name}" for name in columns)},
            updated_at = now()
        FROM sync_merge m WHERE o.id = m.id"""  # noqa: S608 - names of ours
    )


def change(cursor: CursorWrapper, entity: Entity, plan: Plan) -> None:
    """Change the rows that are there, where they differ."""
    lock(cursor, entity)
    if merge(cursor, entity, plan):
        update(cursor, entity, updated_columns(plan))


def updated_columns(plan: Plan) -> list[str]:
    return [part.column for part in plan.assignments if part.update]
