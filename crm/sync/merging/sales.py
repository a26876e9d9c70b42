"""Sale lines: what the source leaves out is reckoned from the product.

A line that is no sale any more (crm.quality.unsold) stays, with its history, and counts for nothing
whatever the policies say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings

from crm.quality import unsold
from crm.sync.merging.assignments import Assignment, text, texts, value
from crm.sync.merging.plans import Plan
from crm.sync.merging.quoting import literal
from crm.sync.preparing import encoding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

TEXTS = ("document", "unit", "channel")
FIGURES = ("quantity", "bottles", "unit_price", "discount", "amount", "cost")


def plan(work: Work, rows: Prepared, references: Mapping[str, Mapping[int, int]]) -> Plan:
    policies = work.mapping.policies
    staged: dict[str, tuple[str, Sequence[str]]] = {}
    for name, column in (("customer_key", "customer_id"), ("product_key", "product_id")):
        ids = references.get(name, {})
        cells = [str(ids.get(index, encoding.NULL)) for index in range(len(rows.keys))]
        staged[column] = ("bigint", cells)
    nothing = [encoding.NULL] * len(rows.keys)
    staged |= {name: ("numeric", rows.cells.get(name, nothing)) for name in FIGURES}
    staged |= {name: ("text", rows.cells[name]) for name in TEXTS if name in rows.cells}
    staged["currency"] = ("text", rows.cells.get("currency", nothing))
    staged["sold_on"] = ("date", rows.cells["sold_on"])
    if rows.unsold:
        staged[unsold.FIELD] = ("boolean", rows.cells[unsold.FIELD])
    given = [
        value("customer_id", policies.get("customer_key", "")),
        value("product_id", policies.get("product_key", "")),
        value("sold_on", policies.get("sold_on", "")),
    ]
    given += texts(TEXTS, staged, policies)
    currency = literal(work.source.currency or settings.DEFAULT_CURRENCY)
    given.append(text("currency", policies.get("currency", ""), otherwise=currency))
    figures = [_figure(name, sql, policies) for name, sql in _FIGURES.items()]
    given += [_or_nothing(figure) for figure in figures] if rows.unsold else figures
    given += [Assignment(name, "''") for name in TEXTS if name not in staged]
    fixed = {"source": literal(work.source.slug), "external_ref": "s.key"}
    # A line that is no sale names no product.
    joins = "LEFT JOIN crm_product p ON p.id = s.product_id"
    return Plan(staged, given, fixed, joins)


# The source's figure, or else what it must be; rounded as the column is, so that nothing differs
# from itself at the next sync.
_FIGURES = {
    "quantity": "round(s.quantity, 3)",
    "unit_price": "round(s.unit_price, 4)",
    "bottles": "round(coalesce(s.bottles, s.quantity * p.bottles), 3)",
    "amount": "round(coalesce(s.amount,"
    " s.quantity * s.unit_price * (1 - coalesce(s.discount, 0) / 100)), 2)",
    "cost": "round(coalesce(s.cost, s.quantity * p.cost_price), 2)",
}


_SUMS = {"quantity", "bottles", "amount", "cost"}


def _or_nothing(figure: Assignment) -> Assignment:
    if figure.column not in _SUMS:
        return figure
    otherwise = figure.update or f"o.{figure.column}"
    update = f"CASE WHEN s.{unsold.FIELD} IS FALSE THEN 0 ELSE {otherwise} END"
    return replace(figure, update=update)


def _figure(name: str, sql: str, policies: Mapping[str, str]) -> Assignment:
    return value(name, policies.get(name, ""), given=sql)
