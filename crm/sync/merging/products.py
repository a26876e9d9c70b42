"""Products: their columns, and their attributes merged key by key."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings

from crm.canonical import ATTRIBUTES
from crm.models import MappingRule
from crm.sync.merging.assignments import Assignment, text, texts, value
from crm.sync.merging.plans import Plan
from crm.sync.merging.quoting import literal
from crm.sync.preparing import encoding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

Policy = MappingRule.Policy
TEXTS = ("name", "category", "price_segment", "description", "barcode")
PRICES = ("list_price", "cost_price")
FIGURES = (*PRICES, "bottles")


def plan(work: Work, rows: Prepared) -> Plan:
    """The columns that the mapping fills; the code is the key where the source has none."""
    policies = work.mapping.policies
    staged: dict[str, tuple[str, Sequence[str]]] = {
        name: ("text", rows.cells[name]) for name in (*TEXTS, "unit") if name in rows.cells
    }
    staged |= {name: ("numeric", rows.cells[name]) for name in FIGURES if name in rows.cells}
    if "is_active" in rows.cells:
        staged["is_active"] = ("boolean", rows.cells["is_active"])
    staged["sku"] = ("text", encoding.texts(codes(rows)))
    staged["currency"] = ("text", rows.cells.get("currency", [encoding.NULL] * len(rows.keys)))
    given = texts(TEXTS, staged, policies)
    given.append(_currency(work, staged, policies))
    given += [value(name, policies.get(name, "")) for name in FIGURES if name in staged]
    if "unit" in staged:
        given.append(text("unit", policies.get("unit", ""), otherwise="'piece'"))
    if "is_active" in staged:
        given.append(value("is_active", policies.get("is_active", ""), otherwise="true"))
    given += _attributes(rows, policies, staged)
    given.append(_code(rows, policies))
    named = {part.column for part in given}
    given += [Assignment(name, "''") for name in TEXTS if name not in named]
    fixed = {"synonyms": "''", "attributes": "'{}'", "unit": "'piece'", "is_active": "true"}
    fixed = {name: sql for name, sql in fixed.items() if name not in named}
    return Plan(staged, given, fixed, order="s.sku")


def _currency(
    work: Work, staged: dict[str, tuple[str, Sequence[str]]], policies: dict[str, str]
) -> Assignment:
    """Of a price without one, the source's, as of its sales: not the company's own."""
    prices = [f"s.{name}" for name in PRICES if name in staged]
    otherwise = "''"
    if prices:
        currency = literal(work.source.currency or settings.DEFAULT_CURRENCY)
        otherwise = f"CASE WHEN coalesce({', '.join(prices)}) IS NULL THEN '' ELSE {currency} END"
    given = text("currency", policies.get("currency", ""), otherwise=otherwise)
    if not given.update:
        return given
    return replace(given, update=f"coalesce(nullif({given.update}, ''), {otherwise})")


def codes(rows: Prepared) -> list[str]:
    """The products' codes, as many as rows: the key where the source gives none."""
    given = encoding.clean(rows.values.get("sku") or [None] * len(rows.keys))
    return [code or key[:60] for code, key in zip(given, rows.keys, strict=True)]


def _code(rows: Prepared, policies: dict[str, str]) -> Assignment:
    """A code that changed in the source is followed where no other product has it."""
    if "sku" not in rows.values or policies.get("sku", Policy.REPLACE) != Policy.REPLACE:
        return Assignment("sku", "s.sku")
    is_free = """NOT EXISTS (SELECT 1 FROM crm_product x WHERE x.sku = s.sku AND x.id <> o.id)
        AND NOT EXISTS (SELECT 1 FROM sync_stage y WHERE y.sku = s.sku AND y.n < s.n)"""
    return Assignment("sku", "s.sku", f"CASE WHEN {is_free} THEN s.sku ELSE o.sku END")


def _attributes(
    rows: Prepared, policies: dict[str, str], staged: dict[str, tuple[str, Sequence[str]]]
) -> list[Assignment]:
    mapped = [name for name in ATTRIBUTES if name in rows.values]
    if not mapped:
        return []
    for policy in Policy:
        names = [name for name in mapped if policies.get(name, Policy.REPLACE) == policy]
        staged[f"attributes_{policy.value}"] = ("jsonb", encoding.documents(_objects(rows, names)))
    whole = " || ".join(f"coalesce(s.attributes_{policy.value}, '{{}}')" for policy in Policy)
    # What is there but says nothing counts as empty.
    ours = (
        "(SELECT coalesce(jsonb_object_agg(a.key, a.value), '{}') FROM jsonb_each(o.attributes) a"
    )
    ours += " WHERE a.value NOT IN ('null', '\"\"', '[]'))"
    filled = (
        f"(coalesce(s.attributes_fill_empty, '{{}}') - ARRAY(SELECT jsonb_object_keys({ours})))"
    )
    update = f"o.attributes || {filled} || coalesce(s.attributes_replace, '{{}}')"
    return [Assignment("attributes", whole, update)]


def _objects(rows: Prepared, names: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{} for _key in rows.keys]
    for name in names:
        for target, given in zip(found, rows.values[name], strict=True):
            if given not in (None, "", []):
                target[name] = float(given) if isinstance(given, Decimal) else given
    return found
