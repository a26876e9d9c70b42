"""Contacts with customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import Interaction
from crm.sync.merging.assignments import Assignment, text, texts, value
from crm.sync.merging.plans import Plan
from crm.sync.merging.quoting import literal
from crm.sync.preparing import encoding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

TEXTS = ("channel", "campaign", "subject", "response")


def plan(work: Work, rows: Prepared, references: Mapping[str, Mapping[int, int]]) -> Plan:
    policies = work.mapping.policies
    ids = references.get("customer_key", {})
    cells = [str(ids.get(index, encoding.NULL)) for index in range(len(rows.keys))]
    staged: dict[str, tuple[str, Sequence[str]]] = {
        "customer_id": ("bigint", cells),
        "occurred_at": ("timestamptz", rows.cells["occurred_at"]),
    }
    staged |= {
        name: ("text", rows.cells[name]) for name in (*TEXTS, "status") if name in rows.cells
    }
    given = [
        value("customer_id", policies.get("customer_key", "")),
        value("occurred_at", policies.get("occurred_at", "")),
        *texts(TEXTS, staged, policies),
    ]
    done = literal(Interaction.Status.DONE.value)
    if "status" in staged:
        given.append(text("status", policies.get("status", ""), otherwise=done))
    else:
        given.append(Assignment("status", done))
    given += [Assignment(name, "''") for name in TEXTS if name not in staged]
    fixed = {"source": literal(work.source.slug), "external_ref": "s.key"}
    return Plan(staged, given, fixed)
