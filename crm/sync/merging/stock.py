"""Stock levels: one per product and warehouse of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.sync.merging.assignments import Assignment, value
from crm.sync.merging.plans import Plan
from crm.sync.merging.quoting import literal
from crm.sync.preparing import encoding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work


def plan(work: Work, rows: Prepared, references: Mapping[str, Mapping[int, int]]) -> Plan:
    policies = work.mapping.policies
    nothing = [encoding.NULL] * len(rows.keys)
    ids = references.get("product_key", {})
    cells = [str(ids.get(index, encoding.NULL)) for index in range(len(rows.keys))]
    staged: dict[str, tuple[str, Sequence[str]]] = {
        "product_id": ("bigint", cells),
        "warehouse": ("text", rows.cells.get("warehouse", nothing)),
        "quantity": ("numeric", rows.cells["quantity"]),
        "reserved": ("numeric", rows.cells.get("reserved", nothing)),
        "counted_on": ("date", rows.cells.get("counted_on", nothing)),
    }
    source = literal(work.source.slug)
    is_free = f"""NOT EXISTS (
        SELECT 1 FROM crm_stocklevel x WHERE x.product_id = s.product_id AND x.source = {source}
        AND x.warehouse = coalesce(s.warehouse, '') AND x.id <> o.id)
        AND NOT EXISTS (
        SELECT 1 FROM sync_stage y WHERE y.n < s.n AND y.product_id = s.product_id
        AND coalesce(y.warehouse, '') = coalesce(s.warehouse, ''))"""  # noqa: S608 - names of ours
    given = [
        # A level that moves goes where no other is.
        Assignment(
            "product_id",
            "s.product_id",
            f"CASE WHEN {is_free} THEN s.product_id ELSE o.product_id END",
        ),
        Assignment(
            "warehouse",
            "coalesce(s.warehouse, '')",
            f"CASE WHEN {is_free} THEN coalesce(s.warehouse, '') ELSE o.warehouse END",
        ),
        value("quantity", policies.get("quantity", ""), given="round(s.quantity, 3)"),
        value(
            "reserved", policies.get("reserved", ""), given="round(s.reserved, 3)", otherwise="0"
        ),
        value("counted_on", policies.get("counted_on", "")),
    ]
    return Plan(staged, given, {"source": source})
